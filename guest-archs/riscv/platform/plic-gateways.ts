// Level-triggered interrupt gateways of the PLIC (RISC-V PLIC 1.0.0, chapter 2).
//
// | state      | event         | next                                          |
// |------------|---------------|-----------------------------------------------|
// | idle       | level high    | pending: the request stays when the level drops |
// | pending    | claim         | in service: the level is not looked at        |
// | in service | completion    | pending while the level is high, else idle    |
import type { StateReader, StateWriter } from "../../../core/index.ts";

export class PlicGateways {
  /** Bit n of word n / 32: source n has a request that nobody claimed. */
  readonly pending: Uint32Array;
  readonly #level: Uint32Array;
  readonly #inService: Uint32Array;

  /** @param sources a multiple of 32. */
  constructor(sources: number) {
    const words = sources / 32;
    this.pending = new Uint32Array(words);
    this.#level = new Uint32Array(words);
    this.#inService = new Uint32Array(words);
  }

  /** @returns whether `pending` changed. */
  setLevel(source: number, isHigh: boolean): boolean {
    assign(this.#level, source, isHigh);
    return this.#forward(source);
  }

  claim(source: number): void {
    assign(this.pending, source, false);
    assign(this.#inService, source, true);
  }

  complete(source: number): void {
    if (!isSet(this.#inService, source)) return;
    assign(this.#inService, source, false);
    this.#forward(source);
  }

  save(writer: StateWriter): void {
    for (const words of [this.#level, this.pending, this.#inService]) {
      for (const word of words) writer.u32(word);
    }
  }

  restore(reader: StateReader): void {
    for (const words of [this.#level, this.pending, this.#inService]) {
      for (let word = 0; word < words.length; word++) words[word] = reader.u32();
    }
  }

  #forward(source: number): boolean {
    if (!isSet(this.#level, source)) return false;
    if (isSet(this.pending, source) || isSet(this.#inService, source)) return false;
    assign(this.pending, source, true);
    return true;
  }
}

function isSet(words: Uint32Array, source: number): boolean {
  return (((words[source >>> 5] as number) >>> (source & 31)) & 1) !== 0;
}

function assign(words: Uint32Array, source: number, value: boolean): void {
  const bit = 1 << (source & 31);
  const word = words[source >>> 5] as number;
  words[source >>> 5] = value ? word | bit : word & ~bit;
}
