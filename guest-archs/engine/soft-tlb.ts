// The soft TLBs of one hart, as the slow paths see them: several sets, one per translation regime, so that a change
// of privilege switches sets and drops nothing. A set has three direct-mapped tables (record-layout.ts).
import { sharedFill, type SharedFill } from "./shared-fill.ts";
import {
  DATA_TLB_ENTRIES,
  FETCH_TLB_ENTRIES,
  TLB,
  TLB_ENTRY,
  TLB_ENTRY_BYTES,
} from "./record-layout.ts";

export type TlbTable = "read" | "write" | "fetch";

const TABLES: readonly TlbTable[] = ["read", "write", "fetch"];
const WORDS_PER_ENTRY = TLB_ENTRY_BYTES / 4;
const ADDEND = TLB_ENTRY.addend / 4;
const PAGE = TLB_ENTRY.page / 4;
/** Byte of empty entries. */
const EMPTY = 0xff;
/**
 * Where the last page of the address space is looked up, all ones would be taken for its tag: only the page and the
 * alignment are compared. There the lower half of an empty tag is that of another entry's page.
 */
const LAST_INDEX: number = DATA_TLB_ENTRIES - 1;
const EMPTY_LAST_LOW = 0;
const PAGE_OFFSET_BITS = 12;

export class SoftTlb {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #fill: SharedFill;
  readonly #offset: number;
  /** Sets that were selected since they were cleared: others hold nothing. */
  readonly #isUsed: boolean[];
  /** The set in use: generated code may enter translations at any time. */
  #selected = 0;

  /** @param offset byte offset of the sets in `memory`. */
  constructor(memory: WebAssembly.Memory, offset: number, sets: number) {
    this.#words = new Int32Array(memory.buffer);
    this.#fill = sharedFill(memory);
    this.#offset = offset;
    this.#isUsed = Array.from({ length: sets }, () => true);
    this.flush();
  }

  static bytes(sets: number): number {
    return sets * TLB.bytes;
  }

  /** Byte offset of a set. */
  addressOf(set: number): number {
    return this.#offset + set * TLB.bytes;
  }

  /** From now on translations are looked up in, and entered into, this set. @returns its address. */
  select(set: number): number {
    this.#selected = set;
    this.#isUsed[set] = true;
    return this.addressOf(set);
  }

  /**
   * Enters a translation in the selected set.
   * @param high,low the virtual address, in halves
   * @param target host address of the page (of the record block for `fetch`)
   * @param page guest-physical page number
   */
  fill(table: TlbTable, high: number, low: number, target: number, page: number): void {
    const at = this.#entry(this.#selected, table, low);
    const tag = low & -4096;
    this.#words[at] = tag;
    this.#words[at + 1] = high;
    this.#words[at + ADDEND] = table === "fetch" ? target : target - tag;
    this.#words[at + PAGE] = page;
  }

  /** @returns the guest-physical page of an address that the selected set knows in a table, or -1. */
  pageOf(table: TlbTable, high: number, low: number): number {
    const at = this.#entry(this.#selected, table, low);
    const isKnown = this.#words[at] === (low & -4096) && this.#words[at + 1] === high;
    return isKnown ? (this.#words[at + PAGE] as number) : -1;
  }

  /** Block of records that the selected set's fetch table has for an address. */
  fetched(high: number, low: number): number | undefined {
    const at = this.#entry(this.#selected, "fetch", low);
    if (this.#words[at] !== (low & -4096) || this.#words[at + 1] !== high) return undefined;
    return (this.#words[at + ADDEND] as number) >>> 0;
  }

  /** Drops everything. */
  flush(): void {
    for (let set = 0; set < this.#isUsed.length; set += 1) this.flushSet(set);
  }

  flushSet(set: number): void {
    if (this.#isUsed[set] !== true) return;
    this.#isUsed[set] = set === this.#selected;
    this.#fill(this.addressOf(set), EMPTY, TLB.bytes);
    this.#words[this.#entry(set, "read", -1)] = EMPTY_LAST_LOW;
    this.#words[this.#entry(set, "write", -1)] = EMPTY_LAST_LOW;
  }

  /** Drops what is cached of a virtual page, in all sets and tables. */
  dropAddress(high: number, low: number): void {
    const tag = low & -4096;
    for (let set = 0; set < this.#isUsed.length; set += 1) {
      if (this.#isUsed[set] !== true) continue;
      for (const table of TABLES) {
        const at = this.#entry(set, table, low);
        if (this.#words[at] === tag && this.#words[at + 1] === high) this.#clear(at);
      }
    }
  }

  /** Drops one table in all sets. */
  flushTable(table: TlbTable): void {
    const entries = table === "fetch" ? FETCH_TLB_ENTRIES : DATA_TLB_ENTRIES;
    for (let set = 0; set < this.#isUsed.length; set += 1) {
      if (this.#isUsed[set] !== true) continue;
      this.#fill(this.addressOf(set) + TLB[table], EMPTY, entries * TLB_ENTRY_BYTES);
    }
  }

  /** Drops the entries of a table that lead to a guest-physical page. */
  dropPage(table: "read" | "write", page: number): void {
    for (let set = 0; set < this.#isUsed.length; set += 1) {
      if (this.#isUsed[set] !== true) continue;
      const from = (this.addressOf(set) + TLB[table]) / 4;
      const end = from + DATA_TLB_ENTRIES * WORDS_PER_ENTRY;
      for (let at = from; at < end; at += WORDS_PER_ENTRY) {
        if (this.#words[at + PAGE] === page) this.#clear(at);
      }
    }
  }

  #clear(at: number): void {
    const tag = this.#words[at] as number;
    this.#words.fill(-1, at, at + WORDS_PER_ENTRY);
    const isLast = ((tag >>> PAGE_OFFSET_BITS) & LAST_INDEX) === LAST_INDEX;
    if (isLast) this.#words[at] = EMPTY_LAST_LOW;
  }

  /** Index of the entry for an address. */
  #entry(set: number, table: TlbTable, low: number): number {
    const mask = (table === "fetch" ? FETCH_TLB_ENTRIES : DATA_TLB_ENTRIES) - 1;
    const index = (low >>> PAGE_OFFSET_BITS) & mask;
    return (this.addressOf(set) + TLB[table]) / 4 + index * WORDS_PER_ENTRY;
  }
}
