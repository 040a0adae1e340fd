// When the run without faults reads or writes each page for the last time: a difference in a page that it does not touch
// any more stays what it is, and is all that there ever will be.
import type { Subject } from "./subject.ts";

export class TouchedPages {
  /** Number of the last stretch that touched each page. */
  readonly #last: Uint32Array;
  readonly #subject: Subject;
  /** Without it all pages count as touched always. */
  readonly #isKnown: boolean;
  #stretch = 0;

  /** Follows the machine of the subject from here on. */
  constructor(subject: Subject) {
    this.#subject = subject;
    const { memory, machine } = subject;
    this.#last = new Uint32Array(memory.pages);
    const { pageReads } = machine.processor;
    this.#isKnown = pageReads !== undefined;
    pageReads?.begin();
    memory.watch((page) => this.#touch(page));
  }

  /** @returns number of the stretch that ends here */
  endStretch(written: Iterable<number>): number {
    const { pageReads } = this.#subject.machine.processor;
    pageReads?.collect((page) => this.#touch(page));
    for (const page of written) this.#touch(page);
    pageReads?.begin();
    return this.#stretch++;
  }

  /** Nothing is executed any more. */
  end(): void {
    this.#subject.memory.watch(undefined);
  }

  isTouchedAfter(stretch: number, page: number): boolean {
    return !this.#isKnown || (this.#last[page] ?? 0) > stretch;
  }

  #touch(page: number): void {
    if (page < this.#last.length) this.#last[page] = this.#stretch;
  }
}
