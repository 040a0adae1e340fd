// The builder of semantics.ts for the interpreter: operands are fields of the current record, values live on the
// WebAssembly stack, and a token is nothing at run time of the generator either.
import type { InstructionLength, InterpreterFrame } from "./interpreter-frame.ts";
import {
  emitLoad,
  emitLoadReserved,
  emitStore,
  emitStoreConditional,
  emitUpdateLoad,
  emitUpdateStore,
} from "./interpreter-memory.ts";
import { emitCount, emitCountAt, emitSetCell, pushCell } from "./instrument-cells.ts";
import { CALLED } from "./interpreter-imports.ts";
import { emitPathCheck } from "./interpreter-path.ts";
import { emitCountUse } from "./interpreter-regions.ts";
import { PAGE_RECORD_BYTES, RECORD, WORD } from "./record-layout.ts";
import type {
  AccessSize,
  Callout,
  Held,
  I32,
  I64,
  LoadKind,
  Semantics,
  ShadowOperand,
} from "./semantics.ts";
import { StackStructure } from "./stack-structure.ts";

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;

/** One operation of the interpreter: an instruction of one length. */
export interface InterpretedInstruction<Services> {
  readonly semantics: (x: Semantics<Services>) => void;
  readonly length: InstructionLength;
}

export class InterpreterSemantics<Services> extends StackStructure implements Semantics<Services> {
  readonly #frame: InterpreterFrame;
  /** Callouts by the index under which generated code calls them. */
  readonly callouts: Callout<Services>[] = [];
  #isDone = false;
  #length: InstructionLength = 4;

  constructor(frame: InterpreterFrame) {
    super(frame.f);
    this.#frame = frame;
  }

  /** Emits one instruction up to and including the way to the next one. */
  instruction({ semantics, length }: InterpretedInstruction<Services>): void {
    this.#length = length;
    this.releaseHeld();
    this.#isDone = false;
    semantics(this);
    if (!this.#isDone) this.#frame.advance(length);
  }

  rs1(): I64 {
    return this.#register(RECORD.rs1);
  }

  rs2(): I64 {
    return this.#register(RECORD.rs2);
  }

  rs3(): I64 {
    return this.#register(RECORD.rs3);
  }

  rs1Low(): I32 {
    return this.#registerLow(RECORD.rs1);
  }

  rs2Low(): I32 {
    return this.#registerLow(RECORD.rs2);
  }

  imm(): I64 {
    this.f.get(this.#frame.record);
    this.f.memory("i64Load32S", RECORD.imm);
    return I64_TOKEN;
  }

  imm32(): I32 {
    this.f.get(this.#frame.record);
    this.f.memory("i32Load", RECORD.imm);
    return I32_TOKEN;
  }

  pc(): I64 {
    this.#frame.pushPc();
    return I64_TOKEN;
  }

  nextPc(): I64 {
    const { f } = this;
    this.#frame.pushPc();
    f.i64(BigInt(this.#length));
    f.op("i64Add");
    return I64_TOKEN;
  }

  setRd(_result: I64): void {
    this.f.set(this.#frame.result);
    this.#frame.pushSlotAddress(RECORD.rd);
    this.f.get(this.#frame.result);
    this.f.memory("i64Store");
  }

  state(slot: number): I64 {
    this.f.get(this.#frame.base);
    this.f.memory("i64Load", slot * 8);
    return I64_TOKEN;
  }

  stateLow(slot: number): I32 {
    this.f.get(this.#frame.base);
    this.f.memory("i32Load", slot * 8);
    return I32_TOKEN;
  }

  setStateLow(slot: number, _low: I32): void {
    this.f.set(this.#frame.target);
    this.f.get(this.#frame.base);
    this.f.get(this.#frame.target);
    this.f.memory("i32Store", slot * 8);
  }

  load(kind: LoadKind, _address: I64): I64 {
    emitLoad(this.#frame, kind);
    return I64_TOKEN;
  }

  store(size: AccessSize, _address: I64, _value: I64): void {
    emitStore(this.#frame, size);
  }

  amo(size: 4 | 8, _address: I64, update: (old: Held<I64>) => I64): I64 {
    emitUpdateLoad(this.#frame, size);
    const old = this.hold(I64_TOKEN);
    update(old);
    emitUpdateStore(this.#frame, size);
    return old.get();
  }

  loadReserved(size: 4 | 8, _address: I64): I64 {
    emitLoadReserved(this.#frame, size);
    return I64_TOKEN;
  }

  storeConditional(size: 4 | 8, _address: I64, _value: I64): I64 {
    emitStoreConditional(this.#frame, size);
    return I64_TOKEN;
  }

  branch(_condition: I32): void {
    this.f.if();
    this.#jumpRelative();
    this.f.end();
    emitPathCheck(this.#frame, () => this.nextPc(), undefined);
    this.#frame.advance(this.#length);
    this.#isDone = true;
  }

  jump(): void {
    this.#jumpRelative();
    this.#isDone = true;
  }

  jumpTo(_address: I64): void {
    this.f.i64(-2n);
    this.f.op("i64And");
    this.f.set(this.#frame.nextPc);
    this.f.get(this.#frame.record);
    this.f.set(this.#frame.source);
    this.#frame.goTo("lookup");
    this.#isDone = true;
  }

  illegalIf(_condition: I32): void {
    this.f.if(undefined, false);
    this.#callIllegal();
    this.f.end();
  }

  illegal(): void {
    this.#callIllegal();
    this.#isDone = true;
  }

  call(callout: Callout<Services>): void {
    this.#call(callout);
    this.#frame.goToIf("resync", false);
    this.#frame.reloadBudget();
  }

  callAndLeave(callout: Callout<Services>, retired?: () => void): void {
    this.#call(callout);
    if (retired === undefined) this.f.drop();
    else {
      this.f.i32(CALLED.trapped);
      this.f.op("i32Ne");
      this.f.if();
      retired();
      this.f.end();
    }
    this.#frame.goTo("resync");
    this.#isDone = true;
  }

  count(cell: number): void {
    emitCount(this.#frame, cell);
  }

  cell(cell: number): I64 {
    pushCell(this.#frame, cell);
    return I64_TOKEN;
  }

  setCell(cell: number, value: I64): void {
    emitSetCell(this.#frame, cell, this.hold(value));
  }

  countAt(first: number, cells: number, index: I32): void {
    emitCountAt(this.#frame, first, cells, this.hold32(index));
  }

  shadow(operand: ShadowOperand): I64 {
    this.#frame.pushSlotAddress(RECORD[operand]);
    this.f.memory("i64Load", this.#frame.layout.words + WORD.shadow);
    return I64_TOKEN;
  }

  setShadowRd(_value: I64): void {
    this.f.set(this.#frame.result);
    this.#frame.pushSlotAddress(RECORD.rd);
    this.f.get(this.#frame.result);
    this.f.memory("i64Store", this.#frame.layout.words + WORD.shadow);
  }

  apart(value: I64): I64 {
    return value;
  }

  shadowBranch(_condition: I32): void {
    this.f.if("i64");
    this.#pushTarget();
    this.f.else();
    this.nextPc();
    this.f.end();
    this.#shadowGoesTo();
  }

  shadowJump(): void {
    this.#frame.setShadowPc(() => this.#pushTarget());
  }

  shadowJumpTo(_address: I64): void {
    this.f.i64(-2n);
    this.f.op("i64And");
    this.#shadowGoesTo();
  }

  /** Every jump is checked here. */
  checkPath(): void {}

  haltIf(_condition: I32, what: string): void {
    this.f.if(undefined, false);
    this.#frame.sync();
    this.#frame.callHalt(what);
    this.#frame.goTo("resync");
    this.f.end();
  }

  /** Pops an address. */
  #shadowGoesTo(): void {
    this.f.set(this.#frame.nextPc);
    this.#frame.setShadowPc(() => this.f.get(this.#frame.nextPc));
  }

  #pushTarget(): void {
    this.#frame.pushPc();
    this.imm();
    this.f.op("i64Add");
  }

  #call(callout: Callout<Services>): void {
    this.#frame.sync();
    this.f.get(this.#frame.record);
    this.f.i32(this.callouts.push(callout) - 1);
    this.#frame.call("callout");
  }

  #callIllegal(): void {
    this.#frame.sync();
    this.f.get(this.#frame.record);
    this.#frame.call("illegal");
    this.#frame.goTo("resync");
  }

  /** HOT: a target in the same page is found from the record alone. */
  #jumpRelative(): void {
    const { f } = this;
    const frame = this.#frame;
    f.get(frame.record);
    f.get(frame.record);
    f.memory("i32Load", RECORD.imm);
    f.i32(3);
    f.op("i32Shl");
    f.op("i32Add");
    f.tee(frame.target);
    f.get(frame.block);
    f.op("i32Sub");
    f.i32(PAGE_RECORD_BYTES);
    f.op("i32LtU");
    f.if(undefined, true);
    this.#checkTarget();
    // Backward jumps make loops: these are counted.
    f.get(frame.target);
    f.get(frame.record);
    f.op("i32GtU");
    f.get(frame.target);
    f.set(frame.record);
    f.if();
    frame.goTo("next");
    f.end();
    emitCountUse(frame);
    frame.goTo("next");
    f.end();
    this.#pushTarget();
    f.set(frame.nextPc);
    frame.goTo("lookup");
  }

  /** The address of the record in `target`. */
  #checkTarget(): void {
    const { f } = this;
    const { pcBase, target } = this.#frame;
    const pushPc = (): void => {
      f.get(pcBase);
      f.get(target);
      f.i32(3);
      f.op("i32ShrU");
      f.op("i64ExtendI32U");
      f.op("i64Add");
    };
    emitPathCheck(this.#frame, pushPc, undefined);
  }

  #register(field: number): I64 {
    this.#frame.pushSlotAddress(field);
    this.f.memory("i64Load");
    return I64_TOKEN;
  }

  #registerLow(field: number): I32 {
    this.#frame.pushSlotAddress(field);
    this.f.memory("i32Load");
    return I32_TOKEN;
  }
}
