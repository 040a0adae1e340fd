// What rows ask of a hart (hart-services.ts): CSR access, traps, returns, floating point.
import { bits } from "./immediates.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import type { HartServices } from "./hart-services.ts";

const ILLEGAL_INSTRUCTION = 2;
const CSR_SSTATUS = 0x100;
const CSR_MSTATUS = 0x300;
const FS_DIRTY = 3 << 13;
const DYNAMIC = 7;
const MAX_MODE = 4;

export interface CalloutEnvironment {
  /** Brings clock and step counters up to date: something is about to read them. */
  settle(): void;
  /** Makes the run loop look for interrupts before the next instruction. */
  leaveSoon(): void;
  /** Operands are compared with their shadows. */
  readonly isShadowed: boolean;
  /** Ends the replica, which is faulty. */
  halt(why: string): void;
}

/** Arguments of calls to whatever is below: a0 to a7. */
const A0 = SLOT.x + 10;
const A1 = SLOT.x + 11;
const ARGUMENTS = Array.from({ length: 8 }, (_, index) => A0 + index);

export class HartCallouts implements HartServices {
  readonly #hart: Hart;
  readonly #environment: CalloutEnvironment;
  /** True while changes of translation come from mstatus alone: TLB sets are chosen by it, and nothing is stale. */
  isStatusChange = false;

  constructor(hart: Hart, environment: CalloutEnvironment) {
    this.#hart = hart;
    this.#environment = environment;
  }

  csr(word: number, operation: 1 | 2 | 3, isImmediate: boolean): boolean {
    const hart = this.#hart;
    const { privileged, words } = hart;
    const rd = bits(word, 11, 7);
    const source = bits(word, 19, 15);
    const number = word >>> 20;
    const isSwap = operation === 1;
    if (!isImmediate && this.#haltIfOneDiffers([source])) return false;
    this.#environment.settle();
    this.isStatusChange = number === CSR_SSTATUS || number === CSR_MSTATUS;
    const isLegal = privileged.csr(
      number,
      operation,
      isImmediate ? source : (words[source * 2] as number),
      isImmediate ? 0 : (words[source * 2 + 1] as number),
      !isSwap || rd !== 0,
      isSwap || source !== 0,
    );
    this.isStatusChange = false;
    if (!isLegal) return this.#illegal(word);
    if (rd !== 0) {
      words[rd * 2] = privileged.csrOld[0] as number;
      words[rd * 2 + 1] = privileged.csrOld[1] as number;
      hart.follow(rd);
    }
    hart.selectTlbSet();
    hart.advancePc(4);
    return true;
  }

  ecall(): boolean {
    const hart = this.#hart;
    if (this.#haltIfOneDiffers(ARGUMENTS)) return false;
    this.#environment.settle();
    hart.traps += 1;
    hart.clearReservation();
    if (hart.privileged.ecall()) {
      hart.follow(A0);
      hart.follow(A1);
    }
    hart.followPc();
    hart.selectTlbSet();
    this.#environment.leaveSoon();
    return false;
  }

  ebreak(): boolean {
    const hart = this.#hart;
    hart.traps += 1;
    hart.clearReservation();
    hart.privileged.ebreak();
    hart.followPc();
    hart.selectTlbSet();
    return false;
  }

  mret(word: number): boolean {
    this.isStatusChange = true;
    return this.#return(word, this.#hart.privileged.mret());
  }

  sret(word: number): boolean {
    this.isStatusChange = true;
    return this.#return(word, this.#hart.privileged.sret());
  }

  wfi(word: number): boolean {
    const hart = this.#hart;
    this.#environment.settle();
    if (!hart.privileged.wfi()) return this.#illegal(word);
    hart.advancePc(4);
    this.#environment.leaveSoon();
    return true;
  }

  sfenceVma(word: number): boolean {
    const hart = this.#hart;
    if (!hart.privileged.sfenceVma()) return this.#illegal(word);
    hart.advancePc(4);
    return true;
  }

  float(word: number, operation: Parameters<HartServices["float"]>[1]): boolean {
    const hart = this.#hart;
    const fcsr = hart.low(SLOT.fcsr);
    const field = bits(word, 14, 12);
    const mode = field === DYNAMIC ? bits(fcsr, 7, 5) : field;
    const isOff = (hart.low(SLOT.mstatus) & FS_DIRTY) === 0;
    if (isOff || (operation.hasRoundingMode && mode > MAX_MODE)) return this.#illegal(word);
    const flags = { bits: 0 };
    const rs1 = (operation.rs1 === "f" ? SLOT.f : SLOT.x) + bits(word, 19, 15);
    const rs2 = SLOT.f + bits(word, 24, 20);
    const rs3 = SLOT.f + bits(word, 31, 27);
    if (this.#haltIfOneDiffers([rs1, rs2, rs3])) return false;
    const result = operation.evaluate({
      rs1: hart.slots[rs1] as bigint,
      rs2: hart.slots[rs2] as bigint,
      rs3: hart.slots[rs3] as bigint,
      mode,
      flags,
    });
    const rd = bits(word, 11, 7);
    const slot = operation.rd === "f" ? SLOT.f + rd : rd;
    if (slot !== SLOT.x) {
      hart.slots[slot] = result;
      hart.follow(slot);
    }
    if (flags.bits !== 0) hart.words[SLOT.fcsr * 2] = fcsr | flags.bits;
    if (flags.bits !== 0 || operation.rd === "f")
      hart.words[SLOT.mstatus * 2] = hart.low(SLOT.mstatus) | FS_DIRTY;
    return true;
  }

  /** Operands of what is done here are compared with their shadows. @returns true when the replica has to end */
  #haltIfOneDiffers(slots: readonly number[]): boolean {
    const { isShadowed } = this.#environment;
    if (!isShadowed || !slots.some((slot) => this.#hart.differs(slot))) return false;
    this.#environment.halt("an operand differs from its shadow");
    return true;
  }

  #return(word: number, isLegal: boolean): boolean {
    const hart = this.#hart;
    this.isStatusChange = false;
    if (!isLegal) return this.#illegal(word);
    hart.clearReservation();
    hart.followPc();
    hart.selectTlbSet();
    this.#environment.leaveSoon();
    return false;
  }

  #illegal(word: number): boolean {
    this.#hart.trap(ILLEGAL_INSTRUCTION, 0, word);
    return false;
  }
}
