// Slow paths of instruction fetch: fetch-TLB misses and instructions that no block of records can hold (those that
// cross a page border, and all in pages where PMP rules differ within the page).
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import { FETCHED } from "../engine/record-layout.ts";
import { INSTRUCTION_SET } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import { ACCESS } from "./privileged/privileged-hart.ts";

const FETCH_ACCESS_FAULT = 1;
const IN_PAGE = PAGE_BYTES - 1;

export class InstructionFetch {
  readonly #memory: GuestMemory;
  readonly #ramBase: number;
  readonly #code: CodeCache;
  readonly #view: DataView<SharedArrayBuffer>;

  constructor(memory: GuestMemory, ramBase: number, code: CodeCache) {
    this.#memory = memory;
    this.#ramBase = ramBase;
    this.#code = code;
    this.#view = new DataView(memory.shared.buffer);
  }

  /** For the instruction at the pc slot. @returns the address of a block of records, or one of FETCHED. */
  fetch(hart: Hart): number {
    const { pcHigh, pcLow } = hart;
    const offset = this.#translate(hart, pcHigh, pcLow, 2);
    if (offset < 0) return FETCHED.trapped;
    if (!hart.isPageUniform || hart.fetchMask !== 0) return this.fetchSingle(hart);
    const page = Math.floor(offset / PAGE_BYTES);
    const block = this.#code.blockOf(page);
    hart.tlb.fill("fetch", pcHigh, pcLow, block, this.#ramBase / PAGE_BYTES + page);
    return block;
  }

  /** Decodes one instruction into the scratch record, half by half. */
  fetchSingle(hart: Hart): number {
    const { pcHigh, pcLow } = hart;
    const { fetchMask } = hart;
    let low = this.#half(hart, pcHigh, pcLow);
    if (low < 0) return FETCHED.trapped;
    low ^= fetchMask & 0xffff;
    let word = low;
    if (INSTRUCTION_SET.length(low) === 4) {
      const nextLow = (pcLow + 2) | 0;
      const high = this.#half(hart, nextLow === 0 ? (pcHigh + 1) | 0 : pcHigh, nextLow);
      if (high < 0) return FETCHED.trapped;
      word = (low | ((high ^ (fetchMask >>> 16)) << 16)) >>> 0;
    }
    this.#code.write(hart.scratch, INSTRUCTION_SET.decode(word));
    return FETCHED.scratch;
  }

  /** HOT: where code crosses page borders, both pages are in the fetch TLB as a rule (bench: Debian boot). */
  #half(hart: Hart, high: number, low: number): number {
    let page = hart.tlb.pageOf("fetch", high, low) - this.#ramBase / PAGE_BYTES;
    if (page < 0) {
      const offset = this.#translate(hart, high, low, 2);
      if (offset < 0) return -1;
      page = Math.floor(offset / PAGE_BYTES);
    }
    return this.#view.getUint16(this.#memory.frameForRead(page) + (low & IN_PAGE), true);
  }

  /** @returns the offset into RAM, or -1 after a trap with the address of the part that failed. */
  #translate(hart: Hart, high: number, low: number, bytes: number): number {
    let address = hart.translate(high, low, ACCESS.fetch);
    if (address >= 0 && !hart.isPageUniform) {
      address = hart.translate(high, low, ACCESS.fetch, bytes);
    }
    const offset = address - this.#ramBase;
    if (address >= 0 && this.#memory.contains(offset, bytes)) return offset;
    // Counted first: a trap may put the rest of the budget aside.
    hart.countFetchTrap();
    hart.trap(address < 0 ? hart.privileged.faultCause : FETCH_ACCESS_FAULT, high, low);
    return -1;
  }
}
