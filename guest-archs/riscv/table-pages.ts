// Pages of RAM in which page walks found valid entries. A store over such an entry drops the translations that came
// through it, so that translation caches never show: they hold what a walk would find now, with the accessed and dirty
// bits it leaves. SFENCE.VMA has nothing left to do.
// DETERMINISM: checkpoints, restores, copy-on-write and decoded code drop cached translations at times the guest knows
// nothing of. A guest that changes entries without SFENCE.VMA (kernels clear accessed bits so) must not notice when.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import {
  PAGE_STATE,
  type PageStates,
  TABLE_PATIENCE,
  TABLE_ROLE_MIXED,
} from "../engine/page-states.ts";
import { isLastLevel, mappedLow, tableRoleHigh, tableRoleLow } from "./table-role.ts";

export interface TablePagesEvents {
  /** A page became one of tables: drop the write translations of it, so that every store to it comes here first. */
  tableAppeared(page: number): void;
  /** A valid entry changes: drop what is cached of this page (address in halves), of all harts. */
  translationChanged(high: number, low: number): void;
  /** Valid entries change: drop all translations of all harts, and look up the next instruction anew. */
  tablesChanged(): void;
}

const ENTRY_SHIFT = 3;
const ENTRY_BYTES: number = 1 << ENTRY_SHIFT;
/** The V bit of an entry's first byte. */
const VALID = 1;
/** A store over a valid entry counts as this many over others: it takes a walk to prove that this is still a table. */
const STORE_OVER_VALID = 64;
const ROLE_LOW = PAGE_STATE.tableRole;
const ROLE_HIGH: number = ROLE_LOW + 4;

export class TablePages {
  readonly #memory: GuestMemory;
  readonly #states: PageStates;
  readonly #events: TablePagesEvents;
  readonly #u8: Uint8Array<SharedArrayBuffer>;

  constructor(memory: GuestMemory, states: PageStates, events: TablePagesEvents) {
    this.#memory = memory;
    this.#states = states;
    this.#events = events;
    this.#u8 = new Uint8Array(memory.shared.buffer);
  }

  /** The walk for an address found a valid entry in this page of RAM, which is a table at `level` (0: the last). */
  walked(page: number, high: number, low: number, level: number): void {
    const states = this.#states;
    const roleLow = tableRoleLow(low, level);
    const roleHigh = tableRoleHigh(high, level);
    const isKnown = states.get(page, PAGE_STATE.tablePatience) !== 0;
    states.set(page, PAGE_STATE.tablePatience, TABLE_PATIENCE);
    if (!isKnown) {
      this.#setRole(page, roleHigh, roleLow);
      this.#events.tableAppeared(page);
    } else if (states.get(page, ROLE_LOW) !== roleLow || states.get(page, ROLE_HIGH) !== roleHigh) {
      this.#setRole(page, 0, TABLE_ROLE_MIXED);
    }
  }

  /**
   * A hart is about to write within a page of RAM.
   * @returns true when the page is none of tables and may get a write translation.
   */
  prepareStore(page: number, inPage: number, length: number): boolean {
    if (this.#states.get(page, PAGE_STATE.tablePatience) === 0) return true;
    const last = (inPage + length - 1) >>> ENTRY_SHIFT;
    let weight = 1;
    for (let entry = inPage >>> ENTRY_SHIFT; entry <= last; entry += 1) {
      if (!this.#isValid(page, entry)) continue;
      weight = STORE_OVER_VALID;
      this.#dropEntry(page, entry);
    }
    const left = this.#states.get(page, PAGE_STATE.tablePatience) - weight;
    if (left > 0) this.#states.set(page, PAGE_STATE.tablePatience, left);
    else this.#forget(page);
    return false;
  }

  /** Bytes of RAM were written by a device or by firmware. */
  written(address: number, length: number): void {
    const end = address + length;
    for (let page = Math.floor(address / PAGE_BYTES); page * PAGE_BYTES < end; page += 1) {
      this.#forget(page);
    }
  }

  #dropEntry(page: number, entry: number): void {
    const role = this.#states.get(page, ROLE_LOW);
    if (!isLastLevel(role)) this.#forget(page);
    else this.#events.translationChanged(this.#states.get(page, ROLE_HIGH), mappedLow(role, entry));
  }

  #forget(page: number): void {
    if (this.#states.get(page, PAGE_STATE.tablePatience) === 0) return;
    this.#states.set(page, PAGE_STATE.tablePatience, 0);
    this.#events.tablesChanged();
  }

  #setRole(page: number, high: number, low: number): void {
    this.#states.set(page, ROLE_LOW, low);
    this.#states.set(page, ROLE_HIGH, high);
  }

  /** Entries that are not valid are never cached. */
  #isValid(page: number, entry: number): boolean {
    const host = this.#memory.frameForRead(page) + entry * ENTRY_BYTES;
    return ((this.#u8[host] as number) & VALID) !== 0;
  }
}
