// RAM that counts what a device does with it. Accesses outside throw, as FlatMemory's do, and end the test.
import { FlatMemory } from "../../plugins/devices/device-bench.ts";

export class MeteredMemory extends FlatMemory {
  /** Calls since the last `takeWork`, and bytes they moved. */
  #calls = 0;
  #moved = 0;

  takeWork(): { readonly calls: number; readonly bytes: number } {
    const work = { calls: this.#calls, bytes: this.#moved };
    this.#calls = 0;
    this.#moved = 0;
    return work;
  }

  override copy(): MeteredMemory {
    const copy = new MeteredMemory();
    copy.contents.set(this.contents);
    return copy;
  }

  override read(address: number, length: number): Uint8Array {
    this.#count(length);
    return super.read(address, length);
  }
  override write(address: number, bytes: Uint8Array): void {
    this.#count(bytes.length);
    super.write(address, bytes);
  }
  override readU8(address: number): number {
    this.#count(1);
    return super.readU8(address);
  }
  override readU16(address: number): number {
    this.#count(2);
    return super.readU16(address);
  }
  override readU32(address: number): number {
    this.#count(4);
    return super.readU32(address);
  }
  override writeU16(address: number, value: number): void {
    this.#count(2);
    super.writeU16(address, value);
  }
  override writeU32(address: number, value: number): void {
    this.#count(4);
    super.writeU32(address, value);
  }

  #count(bytes: number): void {
    this.#calls += 1;
    this.#moved += bytes;
  }
}
