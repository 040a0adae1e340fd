// A split virtqueue, device side. Source: Virtual I/O Device (VIRTIO) 1.2, section 2.7.
// Everything in guest memory is untrusted: each index, address, length and chain is checked before it is used, and a
// broken one throws MalformedQueue, which the transport turns into DEVICE_NEEDS_RESET.
import type { DeviceMemory, Saved, StateReader, StateWriter } from "../../../core/index.ts";
import { type DescriptorChain, readDescriptorChain } from "./descriptor-chain.ts";
import { MalformedQueue } from "./malformed-queue.ts";

const DESCRIPTOR_BYTES = 16;
const RING_HEADER_BYTES = 4;
const AVAILABLE_ENTRY_BYTES = 2;
const USED_ENTRY_BYTES = 8;
const AVAILABLE_NO_INTERRUPT = 1;

/** Where the driver put the three parts, guest-physical. Numbers are exact below 2^53; above, no RAM answers. */
export interface QueueAddresses {
  descriptors: number;
  available: number;
  used: number;
}

export class Virtqueue implements Saved {
  readonly maxSize: number;
  readonly addresses: QueueAddresses = { descriptors: 0, available: 0, used: 0 };
  size: number;

  readonly #memory: DeviceMemory;
  readonly #ramBase: number;
  readonly #spend: (bytes: number) => void;
  /** Buffers that `pop` may still return in this pass. */
  #left = Infinity;
  #isReady = false;
  #nextAvailable = 0;
  #nextUsed = 0;
  #inFlight = 0;
  #isSignalDue = false;

  /** @param spend told of the work that reading descriptors is */
  constructor(
    memory: DeviceMemory,
    ramBase: number,
    maxSize: number,
    spend: (bytes: number) => void = () => {},
  ) {
    this.#spend = spend;
    this.#memory = memory;
    this.#ramBase = ramBase;
    this.maxSize = maxSize;
    this.size = maxSize;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Starts the queue at the size and addresses set. @throws MalformedQueue when the driver's set-up is unusable. */
  enable(): void {
    const { size } = this;
    if (size < 1 || size > this.maxSize || (size & (size - 1)) !== 0) {
      throw new MalformedQueue(`queue size ${size}`);
    }
    const { descriptors, available, used } = this.addresses;
    this.#checkPart("descriptor table", descriptors, size * DESCRIPTOR_BYTES, 16);
    this.#checkPart("available ring", available, 6 + size * AVAILABLE_ENTRY_BYTES, 2);
    this.#checkPart("used ring", used, 6 + size * USED_ENTRY_BYTES, 4);
    this.#nextAvailable = 0;
    this.#nextUsed = 0;
    this.#inFlight = 0;
    this.#isSignalDue = false;
    this.#isReady = true;
  }

  /** Stops the queue; buffers the device still holds are forgotten. */
  disable(): void {
    this.#isReady = false;
    this.#inFlight = 0;
    this.#isSignalDue = false;
  }

  reset(): void {
    this.disable();
    this.size = this.maxSize;
    this.addresses.descriptors = 0;
    this.addresses.available = 0;
    this.addresses.used = 0;
  }

  /**
   * From here on `pop` returns no more buffers than the queue has room for: what a driver can have offered before the
   * device was called. A ring that the device's own writes make longer ends there, too.
   */
  beginPass(): void {
    this.#left = this.size;
  }

  /** True when the driver has offered a buffer that `pop` would return. */
  hasAvailable(): boolean {
    return this.#isReady && this.#pending() > 0;
  }

  /** Takes the next buffer the driver offers, or undefined. @throws MalformedQueue */
  pop(): DescriptorChain | undefined {
    if (!this.#isReady || this.#left <= 0) return undefined;
    const pending = this.#pending();
    if (pending === 0) return undefined;
    if (pending > this.size || this.#inFlight >= this.size) {
      throw new MalformedQueue("more buffers offered than the queue holds");
    }
    const slot = this.#nextAvailable & (this.size - 1);
    const entry = this.#offset(this.addresses.available) + RING_HEADER_BYTES + slot * 2;
    const head = this.#memory.readU16(entry);
    const chain = readDescriptorChain(
      this.#memory,
      this.#ramBase,
      { address: this.addresses.descriptors, entries: this.size },
      head,
      this.#spend,
    );
    this.#left--;
    this.#nextAvailable = (this.#nextAvailable + 1) & 0xffff;
    this.#inFlight++;
    return chain;
  }

  /** Puts the last `count` buffers back. They count in this pass all the same: looking at them was work. */
  unpop(count: number): void {
    this.#nextAvailable = (this.#nextAvailable - count) & 0xffff;
    this.#inFlight -= count;
  }

  /** Gives a buffer back with `written` bytes stored in its writable part. Ignored when the queue has been stopped. */
  push(head: number, written: number): void {
    if (!this.#isReady) return;
    const used = this.#offset(this.addresses.used);
    const slot = this.#nextUsed & (this.size - 1);
    const entry = used + RING_HEADER_BYTES + slot * USED_ENTRY_BYTES;
    this.#memory.writeU32(entry, head);
    this.#memory.writeU32(entry + 4, written);
    this.#nextUsed = (this.#nextUsed + 1) & 0xffff;
    this.#memory.writeU16(used + 2, this.#nextUsed);
    this.#inFlight--;
    const flags = this.#memory.readU16(this.#offset(this.addresses.available));
    if ((flags & AVAILABLE_NO_INTERRUPT) === 0) this.#isSignalDue = true;
  }

  /** @returns whether the driver wants an interrupt for buffers given back since the last call. */
  takeSignal(): boolean {
    const isDue = this.#isSignalDue;
    this.#isSignalDue = false;
    return isDue;
  }

  save(writer: StateWriter): void {
    writer.u32(this.size);
    writer.number(this.addresses.descriptors);
    writer.number(this.addresses.available);
    writer.number(this.addresses.used);
    writer.boolean(this.#isReady);
    writer.u32(this.#nextAvailable);
    writer.u32(this.#nextUsed);
    writer.u32(this.#inFlight);
    writer.boolean(this.#isSignalDue);
    writer.number(this.#left);
  }

  restore(reader: StateReader): void {
    this.size = reader.u32();
    this.addresses.descriptors = reader.number();
    this.addresses.available = reader.number();
    this.addresses.used = reader.number();
    this.#isReady = reader.boolean();
    this.#nextAvailable = reader.u32();
    this.#nextUsed = reader.u32();
    this.#inFlight = reader.u32();
    this.#isSignalDue = reader.boolean();
    this.#left = reader.number();
  }

  #pending(): number {
    const index = this.#memory.readU16(this.#offset(this.addresses.available) + 2);
    return (index - this.#nextAvailable) & 0xffff;
  }

  #offset(address: number): number {
    return address - this.#ramBase;
  }

  #checkPart(name: string, address: number, bytes: number, alignment: number): void {
    const offset = this.#offset(address);
    if (address % alignment !== 0 || offset < 0 || !this.#memory.contains(offset, bytes)) {
      throw new MalformedQueue(`${name} at 0x${address.toString(16)}`);
    }
  }
}
