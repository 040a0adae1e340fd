// The locals and labels of the interpreter function, and the short sequences its parts have in common.
import {
  type InterpreterImports,
  importIndex,
  type ProfileImports,
} from "./interpreter-imports.ts";
import { RECORD_BYTES_PER_CODE_BYTE, WORD } from "./record-layout.ts";
import { type Label, type Local, WasmFunction } from "./wasm-function.ts";

/** Bytes of an instruction. */
export type InstructionLength = 2 | 4;

/** Where the engine finds things in the state of the architecture, as byte offsets from a hart's base. */
export interface StateLayout {
  readonly pc: number;
  readonly reservation: number;
  /** Start of the engine's own words. */
  readonly words: number;
}

/** The loops around the dispatch, outermost first. */
export type LoopLabel = "resync" | "lookup" | "next" | "dispatch";

export class InterpreterFrame {
  readonly layout: StateLayout;
  /** run(base, budget): @returns the steps that are left. */
  readonly f: WasmFunction = new WasmFunction(["i32", "i32"], ["i32"]);
  /** Address of the hart's state. */
  readonly base: Local = this.f.parameter(0);
  readonly budget: Local = this.f.parameter(1);
  /** The current record, and the block it belongs to. */
  readonly record: Local = this.f.local("i32");
  readonly block: Local = this.f.local("i32");
  /** pc - record / 8: constant while execution stays in a block. */
  readonly pcBase: Local = this.f.local("i64");
  readonly nextPc: Local = this.f.local("i64");
  readonly tlbSet: Local = this.f.local("i32");
  readonly target: Local = this.f.local("i32");
  readonly address: Local = this.f.local("i64");
  readonly entry: Local = this.f.local("i32");
  readonly host: Local = this.f.local("i32");
  readonly result: Local = this.f.local("i64");
  /** The operation to be executed. */
  readonly op: Local = this.f.local("i32");
  readonly use: Local = this.f.local("i32");
  /** Record of the computed jump that leads to the current record, or 0. */
  readonly source: Local = this.f.local("i32");
  /** The budget at which compiled code left an instruction to be interpreted, less that instruction. */
  readonly skip: Local = this.f.local("i32");
  /** Set while the loops are emitted. */
  labels: Record<LoopLabel, Label> | undefined;

  /** Reasons to halt, by the index under which generated code calls them. */
  readonly halts: string[] = [];
  /** Jumps are compared with where the shadow went (interpreter-path.ts). */
  readonly isPathChecked: boolean;
  /** Generates an interpreter that errs: it enters no compiled code, and counts nothing for it. */
  readonly isErring: boolean;

  constructor(layout: StateLayout, isPathChecked: boolean = false, isErring: boolean = false) {
    this.layout = layout;
    this.isPathChecked = isPathChecked;
    this.isErring = isErring;
  }

  goTo(label: LoopLabel): void {
    this.f.br(this.#label(label));
  }

  goToIf(label: LoopLabel, isLikely: boolean): void {
    this.f.brIf(this.#label(label), isLikely);
  }

  /** Pushes the address of this instruction. */
  pushPc(): void {
    const { f } = this;
    f.get(this.pcBase);
    f.get(this.record);
    f.i32(3);
    f.op("i32ShrU");
    f.op("i64ExtendI32U");
    f.op("i64Add");
  }

  /** Pushes the address of a slot whose number is in a field of the record. */
  pushSlotAddress(field: number): void {
    const { f } = this;
    f.get(this.record);
    f.memory("i32Load8U", field);
    f.i32(3);
    f.op("i32Shl");
    f.get(this.base);
    f.op("i32Add");
  }

  /** Stores pc and budget for a slow path. */
  sync(): void {
    const { f } = this;
    f.get(this.base);
    this.pushPc();
    f.memory("i64Store", this.layout.pc);
    if (this.isPathChecked) this.setShadowPc(() => this.pushPc());
    this.storeBudget();
  }

  /** Notes where the shadow is. */
  setShadowPc(push: () => void): void {
    const { f } = this;
    f.get(this.base);
    push();
    f.memory("i64Store", this.layout.words + WORD.shadowPc);
  }

  /** Calls the end of the replica; the pc slot and the budget are stored. */
  callHalt(what: string): void {
    const known = this.halts.indexOf(what);
    this.f.i32(known < 0 ? this.halts.push(what) - 1 : known);
    this.call("halt");
  }

  storeBudget(): void {
    const { f } = this;
    f.get(this.base);
    f.get(this.budget);
    f.memory("i32Store", this.layout.words + WORD.budget);
  }

  /** A slow path may have taken the rest of the budget, to make this the last instruction before leaving. */
  reloadBudget(): void {
    const { f } = this;
    f.get(this.base);
    f.memory("i32Load", this.layout.words + WORD.budget);
    f.set(this.budget);
  }

  call(name: keyof InterpreterImports | keyof ProfileImports): void {
    this.f.call(importIndex(name));
  }

  /** Adds to the budget. */
  addBudget(steps: number): void {
    const { f } = this;
    f.get(this.budget);
    f.i32(steps);
    f.op("i32Add");
    f.set(this.budget);
  }

  /** To the instruction that follows one of this length. HOT: the distance is known when code is generated. */
  advance(length: InstructionLength): void {
    const { f } = this;
    f.get(this.record);
    f.i32(length * RECORD_BYTES_PER_CODE_BYTE);
    f.op("i32Add");
    f.set(this.record);
    this.goTo("next");
  }

  #label(name: LoopLabel): Label {
    if (this.labels === undefined) throw new Error("the dispatch loops are not open");
    return this.labels[name];
  }
}
