// Which pages of RAM were read: for whoever has to know whose contents can't matter. Pages that ever held code or page
// tables count for good, since what is cached of them is not read again.
import type { PageReads } from "../../core/index.ts";
import { PAGE_STATE, type PageStates } from "../engine/page-states.ts";

export class TrackedPageReads implements PageReads {
  readonly #states: PageStates;
  readonly #pages: number;
  readonly #dropTranslations: () => void;
  readonly #lasting = new Set<number>();

  /** @param dropTranslations after which the first read of a page is seen again */
  constructor(states: PageStates, pages: number, dropTranslations: () => void) {
    this.#states = states;
    this.#pages = pages;
    this.#dropTranslations = dropTranslations;
  }

  /** It holds code, or page tables. */
  cached(page: number): void {
    this.#lasting.add(page);
  }

  begin(): void {
    for (let page = 0; page < this.#pages; page++) this.#states.set(page, PAGE_STATE.isRead, 0);
    this.#dropTranslations();
  }

  collect(see: (page: number) => void): void {
    for (let page = 0; page < this.#pages; page++) {
      if (this.#states.get(page, PAGE_STATE.isRead) !== 0) see(page);
    }
    for (const page of this.#lasting) see(page);
  }
}
