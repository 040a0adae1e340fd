// What the engine knows about each page of RAM: decoded code, page tables, whether anybody reads it through a TLB.
// It lies in the shared memory, where generated code (soft MMU) reads and writes it as well.
// DETERMINISM: all of it only decides which path an access takes, never what the guest sees.

/** Bytes of one page's state, a power of two so that generated code shifts. */
export const PAGE_STATE_SHIFT = 5;
const PAGE_STATE_BYTES = 1 << PAGE_STATE_SHIFT;

export const PAGE_STATE = {
  /** u64: one bit per line of the page that holds bytes of decoded or compiled code. 0: no code. */
  codeLines: 0,
  /** u32: address of the page's block of records; 0 without one. */
  block: 8,
  /** u32: stores beside the code that may still pass before the code is given up. */
  codePatience: 12,
  /** u64: which part of the address space the page-table in this page maps (`tableRole`), or TABLE_ROLE_MIXED. */
  tableRole: 16,
  /** u32: stores that may still pass before the page counts as data again; 0 for pages that are none of tables. */
  tablePatience: 24,
  /** u32: 1 when a read TLB may have an entry for the page. */
  isRead: 28,
} as const;

/** log2 of the bytes of a line of code. */
export const CODE_LINE_SHIFT = 6;

/** The page serves as a table in more than one role. */
export const TABLE_ROLE_MIXED = 0;
/** `tablePatience` after a walk. */
export const TABLE_PATIENCE = 1024;

/** The states of all pages, as 32-bit words. */
export class PageStates {
  readonly address: number;
  readonly words: Int32Array<SharedArrayBuffer>;

  /** @param address byte offset of `bytes(pages)` zeroed bytes. */
  constructor(memory: WebAssembly.Memory, address: number, pages: number) {
    this.address = address;
    this.words = new Int32Array(memory.buffer, address, PageStates.bytes(pages) / 4);
  }

  static bytes(pages: number): number {
    return pages * PAGE_STATE_BYTES;
  }

  /** @param field of PAGE_STATE; halves of the wide ones are 4 apart. */
  get(page: number, field: number): number {
    return this.words[(page * PAGE_STATE_BYTES + field) >>> 2] as number;
  }

  set(page: number, field: number, value: number): void {
    this.words[(page * PAGE_STATE_BYTES + field) >>> 2] = value;
  }
}
