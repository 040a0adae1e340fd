// The saved form of a machine: versioned and checksummed, little-endian, independent of host and process.
//
//   offset  size  field
//        0     4  magic "XVST"
//        4     4  format version
//        8     4  payload bytes
//       12     4  CRC-32 of the payload (ISO-HDLC, as zlib)
//       16     -  payload: values in the order written; a section is 0x5e, its name and its version
import { crc32 } from "node:zlib";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { StateReader, StateWriter } from "../api/state-codec.ts";

const MAGIC = 0x5453_5658;
const FORMAT = 1;
const HEADER_BYTES = 16;
const SECTION = 0x5e;

const corrupt = (section: string, what: string): ExtravirtError =>
  new ExtravirtError("XV_ERR_STATE_CORRUPT", `saved machine state is unusable: ${what}`, {
    place: section === "" ? "header" : `section "${section}"`,
    remedy: "Use a state saved by this version of ExtraVirt with the same config, or start afresh.",
  });

export class BinaryStateWriter implements StateWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #view: DataView<ArrayBuffer> = new DataView(this.#bytes.buffer);
  #length: number = HEADER_BYTES;

  section(name: string, version: number): void {
    this.u8(SECTION);
    this.string(name);
    this.u32(version);
  }

  boolean(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  number(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    this.u32(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  string(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  /** The finished state; the writer must not be used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    const payload = this.#bytes.subarray(HEADER_BYTES, this.#length);
    this.#view.setUint32(0, MAGIC, true);
    this.#view.setUint32(4, FORMAT, true);
    this.#view.setUint32(8, payload.length, true);
    this.#view.setUint32(12, crc32(payload), true);
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, at + count));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = at + count;
    return at;
  }
}

export class BinaryStateReader implements StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number = HEADER_BYTES;
  #section = "";

  /** @throws XV_ERR_STATE_CORRUPT on a wrong magic, version, length or checksum. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < HEADER_BYTES) throw corrupt("", "it is shorter than its header");
    if (this.#view.getUint32(0, true) !== MAGIC) throw corrupt("", "it does not start with XVST");
    const format = this.#view.getUint32(4, true);
    if (format !== FORMAT) throw corrupt("", `format ${format} is not ${FORMAT}`);
    if (this.#view.getUint32(8, true) !== bytes.length - HEADER_BYTES) {
      throw corrupt("", "its length differs from its header");
    }
    if (this.#view.getUint32(12, true) !== crc32(bytes.subarray(HEADER_BYTES))) {
      throw corrupt("", "its checksum does not match");
    }
  }

  section(name: string, newestVersion: number): number {
    if (this.u8() !== SECTION) throw corrupt(name, "the section before it was not read to its end");
    const found = this.string();
    if (found !== name) throw corrupt(name, `found section "${found}" in its place`);
    this.#section = name;
    const version = this.u32();
    if (version > newestVersion) {
      throw corrupt(name, `version ${version} is newer than ${newestVersion}`);
    }
    return version;
  }

  boolean(): boolean {
    return this.u8() !== 0;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  number(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  bytes(): Uint8Array {
    const length = this.u32();
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  string(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** @throws XV_ERR_STATE_CORRUPT when bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw corrupt(this.#section, "bytes are left over");
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw corrupt(this.#section, "it ends too early");
    this.#at = at + count;
    return at;
  }
}
