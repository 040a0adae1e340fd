// Configuration space of the virtio network device. Source: VIRTIO 1.2, section 5.1.4.
//
//   0 mac u8[6] | 6 status u16 (1 link up) | 8 max_virtqueue_pairs u16 | 10 mtu u16
import type { Saved, StateReader, StateWriter } from "../../../../core/index.ts";
import type { ChangingConfig } from "../virtio-handler.ts";

const CONFIG_BYTES = 12;
const STATUS = 6;
const MTU = 10;
const LINK_UP = 1;

export class NetConfigSpace implements ChangingConfig, Saved {
  readonly bytes: Uint8Array = new Uint8Array(CONFIG_BYTES);
  generation = 0;
  #isChangeNews = false;

  constructor(mac: Uint8Array, mtu: number, isLinkUp: boolean) {
    this.bytes.set(mac);
    this.bytes[STATUS] = isLinkUp ? LINK_UP : 0;
    new DataView(this.bytes.buffer).setUint16(MTU, mtu, true);
  }

  get isLinkUp(): boolean {
    return this.bytes[STATUS] === LINK_UP;
  }

  setLink(isUp: boolean): void {
    if (isUp === this.isLinkUp) return;
    this.bytes[STATUS] = isUp ? LINK_UP : 0;
    this.generation = (this.generation + 1) >>> 0;
    this.#isChangeNews = true;
  }

  takeChange(): boolean {
    const isNews = this.#isChangeNews;
    this.#isChangeNews = false;
    return isNews;
  }

  /** The news of a change is taken before a machine can be saved. */
  save(writer: StateWriter): void {
    writer.boolean(this.isLinkUp);
    writer.u32(this.generation);
  }

  restore(reader: StateReader): void {
    this.bytes[STATUS] = reader.boolean() ? LINK_UP : 0;
    this.generation = reader.u32();
    this.#isChangeNews = false;
  }
}
