// Bits of registers and of results that do not change any more. A single register of a hart is kept by generated code;
// several, and those that code outside of it changes too (control registers, the pc), are kept from step to step.
import type { StuckFault } from "../../core/index.ts";
import { FAULT_WORD } from "../engine/record-layout.ts";
import { clearFaultWords, faultWords } from "./erring-interpreter.ts";
import type { Hart } from "./hart.ts";
import { maskOf } from "./next-instruction.ts";
import type { NamedRegister } from "./register-names.ts";

interface StuckRegister {
  readonly hart: Hart;
  readonly register: NamedRegister;
  readonly and: bigint;
  readonly or: bigint;
}

const ALL = ~0n;
const WORD_BITS = 64;
/** Bit 0 of a pc does not exist. */
const PC_BITS = BigInt.asUintN(WORD_BITS, ~1n);

export class StuckBits {
  readonly #harts: readonly Hart[];
  #registers: readonly StuckRegister[] = [];
  #results: readonly StuckFault[] = [];
  #isStepwise = false;

  constructor(harts: readonly Hart[]) {
    this.#harts = harts;
  }

  get isAny(): boolean {
    return this.#registers.length + this.#results.length > 0;
  }

  /** Whether every step has to be executed by itself. */
  get isStepwise(): boolean {
    return this.#isStepwise;
  }

  /** @returns what takes the fault away again */
  addRegister(fault: StuckFault, hart: Hart, register: NamedRegister): () => void {
    const mask = maskOf(fault);
    const or = fault.value === 1 ? mask : 0n;
    const stuck: StuckRegister = {
      hart,
      register,
      and: fault.value === 1 ? ALL : ~mask,
      or: register.group === "pc" ? or & PC_BITS : or,
    };
    this.#registers = [...this.#registers, stuck];
    this.#update();
    this.force();
    return () => {
      this.#registers = this.#registers.filter((other) => other !== stuck);
      this.#update();
    };
  }

  addResult(fault: StuckFault): () => void {
    this.#results = [...this.#results, fault];
    this.#update();
    return () => {
      this.#results = this.#results.filter((other) => other !== fault);
      this.#update();
    };
  }

  clear(): void {
    if (!this.isAny) return;
    this.#registers = [];
    this.#results = [];
    this.#update();
  }

  /** Sets the bits anew: between instructions. */
  force(): void {
    for (const { hart, register, and, or } of this.#registers) {
      const before = hart.slots[register.slot] as bigint;
      const after = BigInt.asUintN(register.bits, (before & and) | or);
      if (after === before) continue;
      hart.slots[register.slot] = after;
      if (register.group === "control") hart.privileged.slotsReplaced();
    }
  }

  #update(): void {
    this.#isStepwise = false;
    const isOfZeros = this.#results.map(({ value }) => value === 0);
    const masks = this.#results.map(maskOf);
    for (const hart of this.#harts) {
      clearFaultWords(hart);
      const words = faultWords(hart);
      for (const [index, mask] of masks.entries()) {
        if (isOfZeros[index] === true) {
          words[FAULT_WORD.resultAnd] = (words[FAULT_WORD.resultAnd] as bigint) & ~mask;
        } else words[FAULT_WORD.resultOr] = (words[FAULT_WORD.resultOr] as bigint) | mask;
      }
      const own = this.#registers.filter((stuck) => stuck.hart === hart);
      const [first] = own;
      if (first === undefined) continue;
      const { group, slot } = first.register;
      if (own.length > 1 || group === "control" || group === "pc") this.#isStepwise = true;
      else {
        words[FAULT_WORD.stuckAddress] = BigInt(hart.base + slot * 8);
        words[FAULT_WORD.stuckAnd] = first.and;
        words[FAULT_WORD.stuckOr] = first.or;
      }
    }
  }
}
