// Decoded code: blocks of records keyed by guest-physical page, shared by all harts, address spaces and privilege
// modes. The invariant that makes stores to code visible at once: while a page holds a decoded record, no write-TLB
// entry for it exists, and the lines its bytes lie in are marked, so that every store to them comes here first.
// DETERMINISM: what is cached here never shows in guest state.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import { CodeLines } from "./code-lines.ts";
import { PAGE_STATE, type PageStates } from "./page-states.ts";
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

/** A page that was given up this often while it held code keeps its code: stores there go the slow way. */
const MAX_REWRITES = 8;
/** So many stores to lines without code pass before a page is given up, doubling with each time that it was. */
const PATIENCE = 1024;
/** A store to a line with code counts as this many. */
const STORE_OVER_CODE = 256;
const NO_BLOCK = 0;

export class CodeCache {
  readonly #u8: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #fill: SharedFill;
  readonly #memory: GuestMemory;
  readonly #states: PageStates;
  readonly #lines: CodeLines;
  readonly #instructionSet: InstructionSet;
  readonly #events: CodeCacheEvents;
  readonly #pool: number;
  readonly #capacity: number;
  #used = 0;
  /** Page by block number. */
  readonly #pages: Uint32Array;
  readonly #rewrites: Uint8Array;

  /** @param pool byte offset in the shared memory of the blocks, `poolBytes` long: zero, or as another one left it. */
  constructor(
    memory: GuestMemory,
    states: PageStates,
    pool: number,
    poolBytes: number,
    instructionSet: InstructionSet,
    events: CodeCacheEvents,
  ) {
    this.#u8 = new Uint8Array(memory.shared.buffer);
    this.#view = new DataView(memory.shared.buffer);
    this.#fill = sharedFill(memory.shared);
    this.#memory = memory;
    this.#states = states;
    this.#lines = new CodeLines(states);
    this.#instructionSet = instructionSet;
    this.#events = events;
    this.#pool = pool;
    this.#capacity = Math.floor(poolBytes / BLOCK_BYTES);
    this.#pages = new Uint32Array(this.#capacity);
    this.#rewrites = new Uint8Array(memory.pages);
  }

  /** Address of the block of a page of RAM. Drops all code when the pool is full. */
  blockOf(page: number): number {
    const known = this.#states.get(page, PAGE_STATE.block) >>> 0;
    if (known !== NO_BLOCK) return known;
    if (this.#used === this.#capacity) this.dropAll();
    const address = this.#pool + this.#used * BLOCK_BYTES;
    this.#pages[this.#used] = page;
    const end = address + PAGE_RECORD_BYTES + RECORD.op;
    // HOT: what nobody used is zero, and stays out of the host's memory until it is. A block in use has its end marked.
    if (this.#view.getUint16(end, true) !== 0) this.#fill(address, 0, BLOCK_BYTES);
    this.#used += 1;
    this.#states.set(page, PAGE_STATE.block, address);
    this.#view.setUint16(end, PSEUDO_OP.pageEnd, true);
    return address;
  }

  hasCode(page: number): boolean {
    return this.#lines.hasAny(page);
  }

  /**
   * Bytes of a page are about to be kept as code: from now on stores to their lines come to `prepareStore` first.
   * The page must have a block.
   */
  markCode(page: number, from: number, to: number): void {
    if (!this.hasCode(page)) {
      const patience = PATIENCE << (this.#rewrites[page] as number);
      this.#states.set(page, PAGE_STATE.codePatience, patience);
      this.#events.codeAppeared(page);
    }
    this.#lines.mark(page, from, to);
  }

  /** The block of a page if it has one. */
  knownBlock(page: number): number | undefined {
    const known = this.#states.get(page, PAGE_STATE.block) >>> 0;
    return known === NO_BLOCK ? undefined : known;
  }

  placeOf(record: number): RecordPlace {
    const number = Math.floor((record - this.#pool) / BLOCK_BYTES);
    const block = this.#address(number);
    const offset = ((record - block) / RECORD_BYTES) * 2;
    return { block, page: this.#pages[number] ?? 0, offset };
  }

  /** Fills the record at this address from guest memory. */
  decode(record: number): void {
    const { page, offset: inPage } = this.placeOf(record);
    const host = this.#memory.frameForRead(page) + inPage;
    const half = this.#view.getUint16(host, true);
    const length = this.#instructionSet.length(half);
    this.markCode(page, inPage, Math.min(inPage + length, PAGE_BYTES));
    this.#view.setUint16(record + RECORD.use, this.#events.jumpsTo(page, inPage), true);
    if (length === 2) this.write(record, this.#instructionSet.decode(half));
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
    if (!this.hasCode(page)) return true;
    const isOverCode = this.#lines.has(page, inPage) || this.#lines.has(page, inPage + length - 1);
    const rewrites = this.#rewrites[page] as number;
    const left =
      this.#states.get(page, PAGE_STATE.codePatience) - (isOverCode ? STORE_OVER_CODE : 1);
    if (left <= 0 || (isOverCode && rewrites < MAX_REWRITES)) {
      this.#rewrites[page] = Math.min(rewrites + 1, MAX_REWRITES);
      this.#giveUp(page);
      return true;
    }
    this.#states.set(page, PAGE_STATE.codePatience, left);
    if (isOverCode) this.#clear(page, inPage, length);
    return false;
  }

  /** Bytes of RAM were written by a device. */
  written(address: number, length: number): void {
    const end = address + length;
    for (let at = address; at < end;) {
      const inPage = at % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inPage, end - at);
      const page = (at - inPage) / PAGE_BYTES;
      if (this.hasCode(page)) this.#clear(page, inPage, part);
      at += part;
    }
  }

  dropAll(): void {
    for (let block = 0; block < this.#used; block += 1) {
      const page = this.#pages[block] as number;
      this.#states.set(page, PAGE_STATE.block, NO_BLOCK);
      this.#lines.clear(page);
    }
    this.#used = 0;
    this.#rewrites.fill(0);
    this.#events.blocksDropped();
  }

  #giveUp(page: number): void {
    this.#events.codeChanged(page, 0, PAGE_BYTES);
    this.#forget(page, 0, PAGE_BYTES / 2);
    this.#lines.clear(page);
  }

  /** Clears the records of all instructions that contain one of these bytes. */
  #clear(page: number, inPage: number, length: number): void {
    this.#events.codeChanged(page, inPage, inPage + length);
    this.#forget(page, Math.max(0, (inPage >>> 1) - 1), (inPage + length + 1) >>> 1);
  }

  /** Operands stay: an atomic instruction that stores over itself writes its destination afterwards. */
  #forget(page: number, first: number, end: number): void {
    const address = this.#states.get(page, PAGE_STATE.block) >>> 0;
    for (let record = first; record < end; record += 1) {
      this.#view.setUint16(address + record * RECORD_BYTES, PSEUDO_OP.decode, true);
      this.#view.setUint16(address + record * RECORD_BYTES + RECORD.use, RECORD_USE.dormant, true);
    }
  }

  #address(block: number): number {
    return this.#pool + block * BLOCK_BYTES;
  }
}
