// What a compiler has to know of an operation before it generates code: which operands it uses and how it ends. Found
// by running its semantics through a builder that only takes note.
import type { InstructionTraits } from "../../../core/index.ts";
import { LOADS } from "../interpreter-memory.ts";
import type {
  AccessSize,
  Callout,
  Held,
  I32,
  I64,
  LoadKind,
  Semantics,
  ShadowOperand,
} from "../semantics.ts";
import { StackStructure } from "../stack-structure.ts";
import { WasmFunction } from "../wasm-function.ts";

/** What a compiler knows of an operation beyond what everybody may. */
export interface OperationTraits extends InstructionTraits {
  /** A plain load or store at rs1 + imm, which is all the instruction accesses. */
  readonly access: Access | undefined;
}

interface Access {
  readonly isStore: boolean;
  readonly size: AccessSize;
}

export function traitsOf<Services>(semantics: (x: Semantics<Services>) => void): OperationTraits {
  const notes = new TraitNotes<Services>();
  semantics(notes);
  return notes.traits();
}

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;
/** Tokens that are told apart: an address made of them is a base and an offset. */
const RS1 = Symbol("rs1") as unknown as I64;
const IMM = Symbol("imm") as unknown as I64;
const RS1_PLUS_IMM = Symbol("rs1 + imm") as unknown as I64;

class TraitNotes<Services> extends StackStructure implements Semantics<Services> {
  #readsRs1 = false;
  #readsRs2 = false;
  #readsRs3 = false;
  #writesRd = false;
  #mayLeave = false;
  #control: OperationTraits["control"] = "next";
  #memory: OperationTraits["memory"] = "none";
  #access: Access | undefined;
  #accesses = 0;
  /** Branches of the instruction that are open: what happens there may not happen. */
  #depth = 0;

  constructor() {
    // What is generated here is thrown away.
    super(new WasmFunction([], []));
  }

  traits(): OperationTraits {
    return {
      readsRs1: this.#readsRs1,
      readsRs2: this.#readsRs2,
      readsRs3: this.#readsRs3,
      writesRd: this.#writesRd,
      control: this.#control,
      mayLeave: this.#mayLeave,
      memory: this.#memory,
      access: this.#accesses === 1 ? this.#access : undefined,
    };
  }

  rs1(): I64 {
    this.#readsRs1 = true;
    return RS1;
  }

  rs2(): I64 {
    this.#readsRs2 = true;
    return I64_TOKEN;
  }

  rs3(): I64 {
    this.#readsRs3 = true;
    return I64_TOKEN;
  }

  rs1Low(): I32 {
    this.#readsRs1 = true;
    return I32_TOKEN;
  }

  rs2Low(): I32 {
    this.#readsRs2 = true;
    return I32_TOKEN;
  }

  /** An address that is held is still a base and an offset. */
  override hold(a: I64): Held<I64> {
    const held = super.hold(a);
    return a === RS1_PLUS_IMM ? { get: () => a } : held;
  }

  imm(): I64 {
    return IMM;
  }

  override add(a: I64, b: I64): I64 {
    return a === RS1 && b === IMM ? RS1_PLUS_IMM : super.add(a, b);
  }

  imm32(): I32 {
    return I32_TOKEN;
  }

  pc(): I64 {
    return I64_TOKEN;
  }

  nextPc(): I64 {
    return I64_TOKEN;
  }

  setRd(_result: I64): void {
    this.#writesRd = true;
  }

  state(_slot: number): I64 {
    return I64_TOKEN;
  }

  stateLow(_slot: number): I32 {
    return I32_TOKEN;
  }

  setStateLow(_slot: number, _low: I32): void {}

  override choose(condition: I32, then: () => I64, otherwise: () => I64): I64 {
    this.#depth += 1;
    super.choose(condition, then, otherwise);
    this.#depth -= 1;
    return I64_TOKEN;
  }

  override choose32(condition: I32, then: () => I32, otherwise: () => I32): I32 {
    this.#depth += 1;
    super.choose32(condition, then, otherwise);
    this.#depth -= 1;
    return I32_TOKEN;
  }

  override when(condition: I32, then: () => void, otherwise: () => void): void {
    this.#depth += 1;
    super.when(condition, then, otherwise);
    this.#depth -= 1;
  }

  load(kind: LoadKind, address: I64): I64 {
    this.#memory = "load";
    this.#noteAccess(address, { isStore: false, size: LOADS[kind].size });
    return I64_TOKEN;
  }

  store(size: AccessSize, address: I64, _value: I64): void {
    this.#memory = "store";
    this.#noteAccess(address, { isStore: true, size });
  }

  #noteAccess(address: I64, access: Access): void {
    this.#mayLeave = true;
    this.#accesses += 1;
    if (address === RS1_PLUS_IMM && this.#depth === 0) this.#access = access;
  }

  amo(_size: 4 | 8, _address: I64, update: (old: Held<I64>) => I64): I64 {
    this.#memory = "atomic";
    this.#mayLeave = true;
    this.#accesses += 2;
    return update(this.hold(I64_TOKEN));
  }

  loadReserved(_size: 4 | 8, _address: I64): I64 {
    this.#memory = "atomic";
    this.#mayLeave = true;
    return I64_TOKEN;
  }

  storeConditional(_size: 4 | 8, _address: I64, _value: I64): I64 {
    this.#memory = "atomic";
    this.#mayLeave = true;
    return I64_TOKEN;
  }

  branch(_condition: I32): void {
    this.#control = "branch";
  }

  jump(): void {
    this.#control = "jump";
  }

  jumpTo(_address: I64): void {
    this.#control = "indirect";
  }

  illegalIf(_condition: I32): void {
    this.#mayLeave = true;
  }

  illegal(): void {
    this.#leave();
  }

  call(_callout: Callout<Services>): void {
    this.#leave();
  }

  callAndLeave(_callout: Callout<Services>): void {
    this.#leave();
  }

  count(_cell: number): void {}

  cell(_cell: number): I64 {
    return I64_TOKEN;
  }

  setCell(_cell: number, _value: I64): void {}

  countAt(_first: number, _cells: number, _index: I32): void {}

  shadow(operand: ShadowOperand): I64 {
    if (operand === "rs1") this.#readsRs1 = true;
    else if (operand === "rs2") this.#readsRs2 = true;
    else this.#readsRs3 = true;
    return I64_TOKEN;
  }

  setShadowRd(_value: I64): void {}

  apart(value: I64): I64 {
    return value;
  }

  shadowBranch(_condition: I32): void {}

  shadowJump(): void {}

  shadowJumpTo(_address: I64): void {}

  checkPath(): void {
    this.#mayLeave = true;
  }

  haltIf(_condition: I32, _what: string): void {
    this.#mayLeave = true;
  }

  #leave(): void {
    this.#mayLeave = true;
    if (this.#depth === 0) this.#control = "leave";
  }
}
