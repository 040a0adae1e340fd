// Pages of RAM in which page walks found valid entries. A store over such an entry drops all cached translations, so
// that translation caches never show: they hold what a walk would find now, with the accessed and dirty bits it leaves.
// DETERMINISM: checkpoints, restores, copy-on-write and decoded code drop cached translations at times the guest knows
// nothing of. A guest that changes entries without SFENCE.VMA (kernels clear accessed bits so) must not notice when.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";

export interface TablePagesEvents {
  /** A page became one of tables: drop the write translations of it, so that every store to it comes here first. */
  tableAppeared(page: number): void;
  /** Valid entries change: drop all translations of all harts, and look up the next instruction anew. */
  tablesChanged(): void;
}

const ENTRY_BYTES = 8;
/** The V bit of an entry's first byte. */
const VALID = 1;
/** A page with that many stores to entries that are not valid may have become a page of data: it is forgotten. */
const MAX_SLOW_STORES = 1024;

export class TablePages {
  readonly #memory: GuestMemory;
  readonly #events: TablePagesEvents;
  readonly #u8: Uint8Array<SharedArrayBuffer>;
  /** Slow stores until the page is forgotten; 0 for pages that are none of tables. */
  readonly #storesLeft: Uint16Array;

  constructor(memory: GuestMemory, events: TablePagesEvents) {
    this.#memory = memory;
    this.#events = events;
    this.#u8 = new Uint8Array(memory.shared.buffer);
    this.#storesLeft = new Uint16Array(memory.pages);
  }

  isTable(page: number): boolean {
    return this.#storesLeft[page] !== 0;
  }

  /** A walk found a valid entry in this page of RAM. */
  walked(page: number): void {
    if (this.#storesLeft[page] !== 0) return;
    this.#storesLeft[page] = MAX_SLOW_STORES;
    this.#events.tableAppeared(page);
  }

  /**
   * A hart is about to write within a page of RAM.
   * @returns true when the page is none of tables and may get a write translation.
   */
  prepareStore(page: number, inPage: number, length: number): boolean {
    const left = this.#storesLeft[page] ?? 0;
    if (left === 0) return true;
    const host = this.#memory.frameForRead(page);
    const isValid = this.#isValid(host + inPage) || this.#isValid(host + inPage + length - 1);
    if (isValid || left === 1) this.#forget(page);
    else this.#storesLeft[page] = left - 1;
    return false;
  }

  /** Bytes of RAM were written by a device or by firmware. */
  written(address: number, length: number): void {
    const end = address + length;
    for (let page = Math.floor(address / PAGE_BYTES); page * PAGE_BYTES < end; page += 1) {
      if (this.#storesLeft[page] !== 0) this.#forget(page);
    }
  }

  #forget(page: number): void {
    this.#storesLeft[page] = 0;
    this.#events.tablesChanged();
  }

  /** Whether the entry around this host address is valid: others are never cached. */
  #isValid(host: number): boolean {
    return ((this.#u8[host - (host % ENTRY_BYTES)] as number) & VALID) !== 0;
  }
}
