// A set of page numbers that is filled and emptied again and again: one bit per page of the machine.
// HOT: replicas stand still meanwhile; bits are in order without sorting (bench: checkpoint pause).
export class PageSet {
  readonly #bits: Uint32Array;

  constructor(pages: number) {
    this.#bits = new Uint32Array(Math.ceil(pages / 32));
  }

  /** Pages that the machine does not have are left out. */
  add(page: number): void {
    const word = page >>> 5;
    if (word < this.#bits.length) this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (page & 31));
  }

  /** Empties the set. @returns what was in it, ascending */
  take(): number[] {
    const bits = this.#bits;
    const pages: number[] = [];
    for (let word = 0; word < bits.length; word++) {
      for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
        pages.push(word * 32 + 31 - Math.clz32(rest & -rest));
      }
      bits[word] = 0;
    }
    return pages;
  }
}
