// Decoded code: blocks of records keyed by guest-physical page, shared by all harts, address spaces and privilege
// modes. The invariant that makes stores to code visible at once: while a page holds a decoded record, no write-TLB
// entry for it exists, so that every store to it comes here first.
// DETERMINISM: what is cached here never shows in guest state.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import { sharedFill, type SharedFill } from "./shared-fill.ts";
import {
  BLOCK_BYTES,
  PAGE_RECORD_BYTES,
  PSEUDO_OP,
  RECORD,
  RECORD_BYTES,
  RECORD_USE,
} from "./record-layout.ts";

/** A decoded instruction, as its record holds it. */
export interface DecodedRecord {
  readonly op: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** Absent where an instruction has no third source. */
  readonly rs3?: number;
  readonly imm: number;
  readonly word: number;
}

export interface InstructionSet {
  /** Bytes of the instruction that starts with these 16 bits. */
  length(half: number): 2 | 4;
  decode(word: number): DecodedRecord;
}

export interface CodeCacheEvents {
  /** A page got its first record: drop the write translations of it. */
  codeAppeared(page: number): void;
  /** Bytes of a page of code change. */
  codeChanged(page: number, from: number, end: number): void;
  /** All blocks are gone: drop all fetch translations. */
  blocksDropped(): void;
  /** Jumps to an instruction that was just decoded until it is worth compiling; 0 for never. */
  jumpsTo(page: number, offset: number): number;
}

/** Where a record is. */
export interface RecordPlace {
  /** Address of its block. */
  readonly block: number;
  readonly page: number;
  /** Of its instruction, in the page. */
  readonly offset: number;
}

/** A page that was written to more often than this while it held code keeps its code: stores there go the slow way, */
const MAX_REWRITES = 8;
/** until this many stores in a row came without anything new being decoded: it has become a page of data. */
const MAX_SLOW_STORES = 1024;
const NO_BLOCK = 0;

export class CodeCache {
  readonly #u8: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #fill: SharedFill;
  readonly #memory: GuestMemory;
  readonly #instructionSet: InstructionSet;
  readonly #events: CodeCacheEvents;
  readonly #pool: number;
  readonly #capacity: number;
  #used = 0;
  /** Block number + 1 by page of RAM, and page by block number. */
  readonly #blocks: Uint32Array;
  readonly #pages: Uint32Array;
  readonly #hasCode: Uint8Array;
  readonly #rewrites: Uint8Array;
  /** Slow stores since the last decoding, of pages with MAX_REWRITES. */
  readonly #slowStores: Uint16Array;

  /** @param pool byte offset in the shared memory of the blocks, `poolBytes` long. */
  constructor(
    memory: GuestMemory,
    pool: number,
    poolBytes: number,
    instructionSet: InstructionSet,
    events: CodeCacheEvents,
  ) {
    this.#u8 = new Uint8Array(memory.shared.buffer);
    this.#view = new DataView(memory.shared.buffer);
    this.#fill = sharedFill(memory.shared);
    this.#memory = memory;
    this.#instructionSet = instructionSet;
    this.#events = events;
    this.#pool = pool;
    this.#capacity = Math.floor(poolBytes / BLOCK_BYTES);
    this.#blocks = new Uint32Array(memory.pages);
    this.#pages = new Uint32Array(this.#capacity);
    this.#hasCode = new Uint8Array(memory.pages);
    this.#rewrites = new Uint8Array(memory.pages);
    this.#slowStores = new Uint16Array(memory.pages);
  }

  /** Address of the block of a page of RAM. Drops all code when the pool is full. */
  blockOf(page: number): number {
    const known = this.#blocks[page] ?? NO_BLOCK;
    if (known !== NO_BLOCK) return this.#address(known - 1);
    if (this.#used === this.#capacity) this.dropAll();
    const block = this.#used;
    this.#used += 1;
    this.#pages[block] = page;
    this.#blocks[page] = block + 1;
    const address = this.#address(block);
    this.#fill(address, 0, BLOCK_BYTES);
    this.#view.setUint16(address + PAGE_RECORD_BYTES + RECORD.op, PSEUDO_OP.pageEnd, true);
    return address;
  }

  hasCode(page: number): boolean {
    return this.#hasCode[page] === 1;
  }

  /** The block of a page if it has one. */
  knownBlock(page: number): number | undefined {
    const known = this.#blocks[page] ?? NO_BLOCK;
    return known === NO_BLOCK ? undefined : this.#address(known - 1);
  }

  placeOf(record: number): RecordPlace {
    const number = Math.floor((record - this.#pool) / BLOCK_BYTES);
    const block = this.#address(number);
    const offset = ((record - block) / RECORD_BYTES) * 2;
    return { block, page: this.#pages[number] ?? 0, offset };
  }

  /** Something is derived from a page's bytes: from now on every change of them is seen. */
  watch(page: number): void {
    if (this.#hasCode[page] === 1) return;
    this.#hasCode[page] = 1;
    this.#events.codeAppeared(page);
  }

  /** Fills the record at this address from guest memory. */
  decode(record: number): void {
    const { page, offset: inPage } = this.placeOf(record);
    this.watch(page);
    this.#view.setUint16(record + RECORD.use, this.#events.jumpsTo(page, inPage), true);
    this.#slowStores[page] = 0;
    const host = this.#memory.frameForRead(page) + inPage;
    const half = this.#view.getUint16(host, true);
    if (this.#instructionSet.length(half) === 2)
      this.write(record, this.#instructionSet.decode(half));
    else if (inPage + 4 > PAGE_BYTES) {
      this.#view.setUint16(record + RECORD.op, PSEUDO_OP.crossing, true);
    } else this.write(record, this.#instructionSet.decode(this.#view.getUint32(host, true)));
  }

  write(record: number, decoded: DecodedRecord): void {
    this.#view.setUint16(record + RECORD.op, decoded.op, true);
    this.#u8[record + RECORD.rd] = decoded.rd;
    this.#u8[record + RECORD.rs1] = decoded.rs1;
    this.#u8[record + RECORD.rs2] = decoded.rs2;
    this.#u8[record + RECORD.rs3] = decoded.rs3 ?? 0;
    this.#view.setInt32(record + RECORD.imm, decoded.imm, true);
    this.#view.setUint32(record + RECORD.word, decoded.word, true);
  }

  /**
   * A hart is about to write to a page of RAM.
   * @returns true when the page holds no code now and may get a write translation.
   */
  prepareStore(page: number, inPage: number, length: number): boolean {
    if (this.#hasCode[page] === 0) return true;
    const rewrites = this.#rewrites[page] ?? 0;
    const slowStores = this.#slowStores[page] ?? 0;
    if (rewrites >= MAX_REWRITES && slowStores < MAX_SLOW_STORES) {
      this.#slowStores[page] = slowStores + 1;
      this.#clear(page, inPage, length);
      return false;
    }
    this.#rewrites[page] = Math.min(rewrites + 1, MAX_REWRITES);
    this.#slowStores[page] = 0;
    this.#clear(page, 0, PAGE_BYTES);
    this.#hasCode[page] = 0;
    return true;
  }

  /** Bytes of RAM were written by a device. */
  written(address: number, length: number): void {
    const end = address + length;
    for (let at = address; at < end;) {
      const inPage = at % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inPage, end - at);
      const page = (at - inPage) / PAGE_BYTES;
      if (this.#hasCode[page] === 1) this.#clear(page, inPage, part);
      at += part;
    }
  }

  dropAll(): void {
    this.#used = 0;
    this.#blocks.fill(NO_BLOCK);
    this.#hasCode.fill(0);
    this.#rewrites.fill(0);
    this.#events.blocksDropped();
  }

  /** Clears the records of all instructions that contain one of these bytes. */
  #clear(page: number, inPage: number, length: number): void {
    this.#events.codeChanged(page, inPage, inPage + length);
    const block = this.#blocks[page] ?? NO_BLOCK;
    if (block === NO_BLOCK) return;
    const first = Math.max(0, (inPage >>> 1) - 1);
    const end = (inPage + length + 1) >>> 1;
    const address = this.#address(block - 1);
    for (let record = first; record < end; record += 1) {
      this.#view.setUint16(address + record * RECORD_BYTES, PSEUDO_OP.decode, true);
      this.#view.setUint16(address + record * RECORD_BYTES + RECORD.use, RECORD_USE.dormant, true);
    }
  }

  #address(block: number): number {
    return this.#pool + block * BLOCK_BYTES;
  }
}
