// Layout of what generated code and TypeScript share besides the architectural state: pre-decoded records, soft TLBs
// and a few words per hart. Offsets in bytes.
//
// A code page is decoded into a block of records, one per 2 bytes of code, and a last one that continues on the next
// page. Blocks are keyed by guest-physical page.

export const RECORD_BYTES = 16;
export const RECORD = {
  /** u16: number of the operation. */
  op: 0,
  /** u8 each: slots of destination and sources; the third source is read by fused operations only. */
  rd: 2,
  rs1: 3,
  rs2: 4,
  rs3: 5,
  /** u16: see RECORD_USE. */
  use: 6,
  /** i32. */
  imm: 8,
  /** u32: the instruction word as fetched (16 bits for a compressed one). */
  word: 12,
} as const;

/**
 * What field `use` of a record says: 0 for code that is not worth compiling, up to `firstRow` the jumps to it that are
 * left until it is, from there on the row of the entry table that it became.
 */
export const RECORD_USE = { dormant: 0, firstRow: 16_384, rows: 49_152 } as const;

/** A handle: number of the entry in its lower bits, index of the function in the table of regions above them. */
export const HANDLE_ENTRY_BITS = 8;

/** Rows of the entry table: where compiled code starts. */
export const ENTRY_ROW = {
  /** u32: handle. */
  handle: 0,
  /** u16: the operation that the record had. */
  op: 4,
  bytes: 8,
} as const;

/** Records of neighbouring instructions are this many times as far apart as the instructions. */
export const RECORD_BYTES_PER_CODE_BYTE: number = RECORD_BYTES / 2;

/** Records per page, without the last one. */
const PAGE_RECORDS = 2048;
/** Bytes of records that in-page jumps may reach. */
export const PAGE_RECORD_BYTES: number = PAGE_RECORDS * RECORD_BYTES;
/** Bytes from one block to the next: a page's records, the last one, and a gap of a cache line. */
export const BLOCK_BYTES: number = PAGE_RECORD_BYTES + 64;

/** Operations that are no instruction; instructions are numbered from `first`. */
export const PSEUDO_OP = {
  /** Not decoded yet. Zero, so that clearing memory invalidates. */
  decode: 0,
  /** Continue with the first instruction of the next page. */
  pageEnd: 1,
  /** An instruction that crosses into the next page. */
  crossing: 2,
  illegal: 3,
  /** Compiled code starts here. */
  region: 4,
  first: 5,
} as const;

/** Slots of a hart that hold registers: 0 reads as zero, 32 swallows writes (compiler/register-set.ts). */
export const REGISTER_SLOTS = 65;

/** Words of the engine behind a hart's architectural state. */
export const WORD = {
  /** i64: value of an access that takes the slow path. */
  data: 0,
  /** i32: steps left in this run of generated code, without the current one. */
  budget: 8,
  /** i32: address of the TLB set in use. */
  tlbSet: 12,
  /** Three records for an instruction that no block can hold: the instruction, unused, page end. */
  scratch: 16,
  /** i32: address of the entry table. */
  entryRows: 64,
  /** i32: jumps to an instruction until it is compiled, 0 for never. */
  jumpsToCompile: 68,
  /** i32: address of the hart's page permissions, a byte per page of RAM (PAGE_PERMISSION). */
  permissions: 72,
  /** i32: address of the first cell of instruments. */
  cells: 76,
  /** i64: always 0, which no optimiser knows (Semantics.apart). */
  zero: 80,
  /** i64: where the shadow is: the address of the next instruction. */
  shadowPc: 88,
  /** i64 each: shadows of the registers, by slot; 65 of them: REGISTER_SLOTS. */
  shadow: 96,
  /** FAULT_WORD.end i64: what goes wrong in an interpreter that errs (fault-semantics.ts). */
  faults: 616,
  bytes: 696,
} as const;

/** Words of an interpreter that errs, as i64 from WORD.faults on. */
export const FAULT_WORD = {
  /** Xored to addresses and data of loads and stores; zero changes nothing. */
  loadAddress: 0,
  loadData: 1,
  storeAddress: 2,
  storeData: 3,
  /** 1 where branches go as their condition says, 0 where they go the other way. */
  branch: 4,
  /** Results of integer operations are masked by the first and ORed with the second. */
  resultAnd: 5,
  resultOr: 6,
  /** i32: address of a register with stuck bits, and its masks. */
  stuckAddress: 7,
  stuckAnd: 8,
  stuckOr: 9,
  end: 10,
} as const;

/** TLB entries: u64 tag (virtual page address; all ones when empty), i32 addend to get the host address, u32 page. */
export const TLB_ENTRY_BYTES = 16;
export const TLB_ENTRY = { tag: 0, addend: 8, page: 12 } as const;
export const DATA_TLB_ENTRIES = 1024;
/** The addend of a fetch entry is the address of the record block. */
export const FETCH_TLB_ENTRIES = 256;

/** Tables within a set. */
export const TLB = { read: 0, write: 16_384, fetch: 32_768, bytes: 36_864 } as const;

if (
  TLB.write !== DATA_TLB_ENTRIES * TLB_ENTRY_BYTES ||
  TLB.fetch !== TLB.write * 2 ||
  TLB.bytes !== TLB.fetch + FETCH_TLB_ENTRIES * TLB_ENTRY_BYTES
) {
  throw new RangeError("the tables of a TLB set overlap");
}

/** What `fetch` returns instead of the address of a block. */
export const FETCHED = { trapped: 0, scratch: 1 } as const;

if (
  WORD.shadow + 8 * REGISTER_SLOTS !== WORD.faults ||
  WORD.faults + 8 * FAULT_WORD.end !== WORD.bytes
) {
  throw new RangeError("shadow registers or fault words have no place");
}
