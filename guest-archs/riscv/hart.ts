// One hart as the engine drives it: its words in the shared memory, its TLB sets, the budget of the current run, traps.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import { RECORD_BYTES, RECORD, PSEUDO_OP, WORD } from "../engine/record-layout.ts";
import { SoftTlb } from "../engine/soft-tlb.ts";
import { HART_STATE_BYTES, SLOT } from "./hart-layout.ts";
import type { Access, PrivilegedHart } from "./privileged/privileged-hart.ts";
import type { ProcessorArea } from "./processor-area.ts";
import { SHARED_SET, sharedSetKey, TLB_SETS, tlbSetOf } from "./translation-regime.ts";

/** What the processor needs of a hart's privileged part besides the seam. */
export interface ProcessorHart extends PrivilegedHart {
  /** As in the seam; where `isPageUniform` was false, `bytes` are all checked against PMP. */
  translate(high: number, low: number, access: Access, bytes?: number): number;
  /** The slots were changed from outside. */
  slotsReplaced(): void;
  /** The alarm armed by `setSupervisorTimer` fired. */
  supervisorTimerFired(): void;
}

const PC = SLOT.pc * 2;
const STEPS = SLOT.steps * 2;
const BUDGET = (HART_STATE_BYTES + WORD.budget) / 4;
const TLB_SET = (HART_STATE_BYTES + WORD.tlbSet) / 4;
/** 32-bit halves: the shadow's program counter, and the first of its registers. */
const SHADOW_PC = (HART_STATE_BYTES + WORD.shadowPc) / 4;
const SHADOW = (HART_STATE_BYTES + WORD.shadow) / 4;
const PERMISSIONS = (HART_STATE_BYTES + WORD.permissions) / 4;
const TWO_32 = 0x1_0000_0000;

/** An entry of a translation table that a fault changed: it is found for addresses in one page, under one regime. */
export interface DamagedTranslation {
  readonly access: Access;
  readonly regime: number;
  /** Virtual page address, in signed halves. */
  readonly high: number;
  readonly low: number;
  /** Guest-physical page number that it leads to. */
  readonly page: number;
}

export class Hart {
  readonly index: number;
  /** Byte offset of slot 0. */
  readonly base: number;
  /** Slots and engine words as 32-bit halves. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly slots: BigUint64Array<SharedArrayBuffer>;
  readonly tlb: SoftTlb;
  /** What PMP allows, a byte per page of RAM. */
  readonly permissions: Uint8Array<SharedArrayBuffer>;
  /** The data word's bytes, relative to the shared memory. */
  readonly data: number;
  readonly scratch: number;
  /** Exceptions taken since the beginning, for those who watch single steps. */
  traps = 0;
  /** Translations that a fault damaged. */
  damaged: readonly DamagedTranslation[] = [];
  /** Xored to the word of the next instruction that is fetched. */
  fetchMask = 0;
  /** Whether the last translation holds for its whole page, and may be cached. */
  isPageUniform = true;
  #regime = 0;
  #sharedKey = -1;
  #deferred = 0;
  #privileged: ProcessorHart | undefined;

  constructor(index: number, memory: GuestMemory, area: ProcessorArea) {
    const { buffer } = memory.shared;
    const base = area.hartState(index);
    this.index = index;
    this.base = base;
    this.words = new Int32Array(buffer, base, (HART_STATE_BYTES + WORD.bytes) / 4);
    this.slots = new BigUint64Array(buffer, base, SLOT.end);
    this.tlb = new SoftTlb(memory.shared, area.tlb(index), TLB_SETS);
    this.permissions = new Uint8Array(buffer, area.permissions(index), memory.pages);
    this.words[PERMISSIONS] = area.permissions(index);
    this.data = base + HART_STATE_BYTES + WORD.data;
    this.scratch = base + HART_STATE_BYTES + WORD.scratch;
    const afterScratch = (HART_STATE_BYTES + WORD.scratch + 2 * RECORD_BYTES + RECORD.op) / 4;
    this.words[afterScratch] = PSEUDO_OP.pageEnd;
    this.words[afterScratch - RECORD_BYTES / 4] = PSEUDO_OP.pageEnd;
  }

  get privileged(): ProcessorHart {
    if (this.#privileged === undefined) throw new Error(`hart ${this.index} is not connected`);
    return this.#privileged;
  }

  /** Tells generated code where the table of compiled code is, and when to compile. */
  useCompiler(entryRows: number, jumpsToCompile: number): void {
    this.words[(HART_STATE_BYTES + WORD.entryRows) / 4] = entryRows;
    this.words[(HART_STATE_BYTES + WORD.jumpsToCompile) / 4] = jumpsToCompile;
  }

  /** Tells generated code where the cells of instruments are. */
  useCells(cells: number): void {
    this.words[(HART_STATE_BYTES + WORD.cells) / 4] = cells;
  }

  connect(privileged: ProcessorHart): void {
    this.#privileged = privileged;
  }

  /** As `privileged.translate`, through damaged translations where there are some. */
  translate(high: number, low: number, access: Access, bytes?: number): number {
    if (this.damaged.length > 0) {
      const found = this.findDamaged(high, low, access);
      if (found !== undefined) {
        this.isPageUniform = false;
        return found.page * PAGE_BYTES + (low & (PAGE_BYTES - 1));
      }
    }
    const { privileged } = this;
    const address = privileged.translate(high, low, access, bytes);
    this.isPageUniform = privileged.isPageUniform;
    return address;
  }

  /** The damaged translation that is found for an address in halves. */
  findDamaged(high: number, low: number, access: Access): DamagedTranslation | undefined {
    return this.damaged.find(
      (entry) =>
        entry.access === access &&
        entry.regime === this.#regime &&
        entry.high === high &&
        entry.low === (low & -PAGE_BYTES),
    );
  }

  /** Number of the translation regime in use. */
  get regime(): number {
    return this.#regime;
  }

  low(slot: number): number {
    return this.words[slot * 2] as number;
  }

  get waiting(): number {
    return this.low(SLOT.waiting);
  }

  set waiting(value: number) {
    this.words[SLOT.waiting * 2] = value;
  }

  /** Start of a stretch of generated code. */
  begin(steps: number): void {
    this.#deferred = 0;
    this.words[BUDGET] = steps;
    this.selectTlbSet();
  }

  /** Steps that are left, the current instruction not counted; valid in slow paths. */
  get remaining(): number {
    return (this.words[BUDGET] as number) + this.#deferred;
  }

  /** Adds what was put aside to what generated code returned. */
  end(left: number): number {
    return left + this.#deferred;
  }

  /** Makes generated code leave after the current instruction. */
  leaveSoon(): void {
    this.#deferred += this.words[BUDGET] as number;
    this.words[BUDGET] = 0;
  }

  /** A fetch trapped: that was a step, although no instruction began. */
  countFetchTrap(): void {
    this.words[BUDGET] = (this.words[BUDGET] as number) - 1;
  }

  addSteps(steps: number): void {
    const low = ((this.words[STEPS] as number) >>> 0) + steps;
    this.words[STEPS] = low;
    if (low >= TWO_32) this.words[STEPS + 1] = (this.words[STEPS + 1] as number) + 1;
  }

  /** Moves the pc slot past an instruction. */
  advancePc(length: number): void {
    const low = ((this.words[PC] as number) >>> 0) + length;
    this.words[PC] = low;
    if (low >= TWO_32) this.words[PC + 1] = (this.words[PC + 1] as number) + 1;
    this.followPc();
  }

  /** A register was written by a callout: its shadow follows. */
  follow(slot: number): void {
    this.words[SHADOW + slot * 2] = this.words[slot * 2] as number;
    this.words[SHADOW + slot * 2 + 1] = this.words[slot * 2 + 1] as number;
  }

  /** The pc slot was set by what is not generated code: the shadow goes there too. */
  followPc(): void {
    this.words[SHADOW_PC] = this.words[PC] as number;
    this.words[SHADOW_PC + 1] = this.words[PC + 1] as number;
  }

  /** Whether a register differs from its shadow. */
  differs(slot: number): boolean {
    return this.#areApart(slot * 2, SHADOW + slot * 2);
  }

  /** Whether the pc slot is not where the shadow is. */
  get isAstray(): boolean {
    return this.#areApart(PC, SHADOW_PC);
  }

  #areApart(word: number, shadow: number): boolean {
    const { words } = this;
    return words[word] !== words[shadow] || words[word + 1] !== words[shadow + 1];
  }

  get pcHigh(): number {
    return this.words[PC + 1] as number;
  }

  get pcLow(): number {
    return this.words[PC] as number;
  }

  /** Takes an exception at the pc slot; tval comes in halves. */
  trap(cause: number, tvalHigh: number, tvalLow: number): void {
    this.traps += 1;
    this.clearReservation();
    this.privileged.trap(cause, (BigInt(tvalHigh >>> 0) << 32n) | BigInt(tvalLow >>> 0));
    this.followPc();
    this.selectTlbSet();
  }

  clearReservation(): void {
    this.words[SLOT.reservation * 2] = -1;
    this.words[SLOT.reservation * 2 + 1] = -1;
  }

  /** Follows the privilege and status slots. */
  selectTlbSet(): void {
    const privilege = this.low(SLOT.priv);
    const status = this.low(SLOT.mstatus);
    const set = tlbSetOf(privilege, status);
    if (set === SHARED_SET) {
      const key = sharedSetKey(privilege, status);
      if (key !== this.#sharedKey) this.tlb.flushSet(SHARED_SET);
      this.#sharedKey = key;
    }
    this.#regime = set === SHARED_SET ? TLB_SETS + this.#sharedKey : set;
    this.words[TLB_SET] = this.tlb.select(set);
  }
}
