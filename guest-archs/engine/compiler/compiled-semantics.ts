// The builder of semantics.ts for compiled regions: registers are locals, immediates are constants, and whatever is out
// of the ordinary is left to the interpreter before the instruction has changed anything.
import { emitCount, emitCountAt, emitSetCell, pushCell } from "../instrument-cells.ts";
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
import {
  emitRegionLoad,
  emitRegionLoadReserved,
  emitRegionStore,
  emitRegionStoreConditional,
  emitRegionUpdateLoad,
  emitRegionUpdateStore,
} from "./compiled-memory.ts";
import type { SharedAccess } from "./access-groups.ts";
import type { RegionFrame } from "./region-frame.ts";
import type { RegionInstruction } from "./region-graph.ts";
import type { RegionPath } from "./region-path.ts";
import { isRegister } from "./register-set.ts";

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;

/** What a region does at the ends of instructions. */
export interface RegionEnds {
  /** The interpreter executes the current instruction. */
  leave(): void;
  /** The current instruction has written its destination. */
  written(slot: number): void;
  /** Pops the condition. */
  branch(): void;
  jump(): void;
  /** Pops the target. */
  jumpTo(): void;
}

export class CompiledSemantics<Services> extends StackStructure implements Semantics<Services> {
  readonly #frame: RegionFrame;
  readonly #ends: RegionEnds;
  /** Present where the shadow's way is followed. */
  readonly #path: RegionPath | undefined;
  #instruction: RegionInstruction | undefined;
  #shared: SharedAccess | undefined;
  #isWritten = false;
  #isEnded = false;

  constructor(frame: RegionFrame, ends: RegionEnds, path: RegionPath | undefined) {
    super(frame.f);
    this.#frame = frame;
    this.#ends = ends;
    this.#path = path;
  }

  /** @param shared where it belongs to a group of accesses */
  instruction(
    instruction: RegionInstruction,
    semantics: (x: Semantics<Services>) => void,
    shared: SharedAccess | undefined,
  ): void {
    this.#instruction = instruction;
    this.#shared = shared;
    this.#isWritten = false;
    this.#isEnded = false;
    this.releaseHeld();
    semantics(this);
    if (!this.#isEnded) this.#commit();
  }

  rs1(): I64 {
    return this.#register(this.#current().rs1);
  }

  rs2(): I64 {
    return this.#register(this.#current().rs2);
  }

  rs3(): I64 {
    return this.#register(this.#current().rs3);
  }

  rs1Low(): I32 {
    return this.wrap(this.rs1());
  }

  rs2Low(): I32 {
    return this.wrap(this.rs2());
  }

  imm(): I64 {
    this.f.i64FromI32(this.#current().imm);
    return I64_TOKEN;
  }

  imm32(): I32 {
    return this.i32(this.#current().imm);
  }

  pc(): I64 {
    this.#frame.pushAddress(this.#current().offset);
    return I64_TOKEN;
  }

  nextPc(): I64 {
    const { offset, length } = this.#current();
    this.#frame.pushAddress(offset + length);
    return I64_TOKEN;
  }

  setRd(_result: I64): void {
    const { rd } = this.#current();
    if (isRegister(rd)) this.f.set(this.#frame.register(rd));
    else this.f.drop();
    this.#isWritten = true;
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
    const low = this.hold32(I32_TOKEN);
    this.f.get(this.#frame.base);
    low.get();
    this.f.memory("i32Store", slot * 8);
  }

  load(kind: LoadKind, _address: I64): I64 {
    emitRegionLoad(this.#frame, kind, () => this.#leave(), this.#shared);
    return I64_TOKEN;
  }

  store(size: AccessSize, _address: I64, _value: I64): void {
    emitRegionStore(this.#frame, size, () => this.#leave(), this.#shared);
  }

  amo(size: 4 | 8, _address: I64, update: (old: Held<I64>) => I64): I64 {
    emitRegionUpdateLoad(this.#frame, size, () => this.#leave());
    const old = this.hold(I64_TOKEN);
    update(old);
    emitRegionUpdateStore(this.#frame, size);
    return old.get();
  }

  loadReserved(size: 4 | 8, _address: I64): I64 {
    emitRegionLoadReserved(this.#frame, size, () => this.#leave());
    return I64_TOKEN;
  }

  storeConditional(size: 4 | 8, _address: I64, _value: I64): I64 {
    emitRegionStoreConditional(this.#frame, size, () => this.#leave());
    return I64_TOKEN;
  }

  branch(_condition: I32): void {
    this.#end();
    this.#ends.branch();
  }

  jump(): void {
    this.#end();
    this.#ends.jump();
  }

  jumpTo(_address: I64): void {
    this.f.i64(-2n);
    this.f.op("i64And");
    this.#end();
    this.#ends.jumpTo();
  }

  illegalIf(_condition: I32): void {
    this.f.if(undefined, false);
    this.#leave();
    this.f.end();
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
    this.#frame.pushShadow(this.#current()[operand]);
    return I64_TOKEN;
  }

  setShadowRd(_value: I64): void {
    const { rd } = this.#current();
    if (isRegister(rd)) this.f.set(this.#frame.shadowRegister(rd));
    else this.f.drop();
  }

  apart(_value: I64): I64 {
    this.f.get(this.#frame.zero);
    this.f.op("i64Add");
    return I64_TOKEN;
  }

  shadowBranch(condition: I32): void {
    const { offset, length, imm } = this.#current();
    const held = this.hold32(condition);
    this.#path?.branch(offset + imm, offset + length, () => held.get());
  }

  shadowJump(): void {
    const { offset, imm } = this.#current();
    this.#path?.goTo(offset + imm);
  }

  shadowJumpTo(_address: I64): void {
    if (this.#path === undefined) this.f.drop();
    else this.#path.jumpTo();
  }

  checkPath(): void {
    this.#path?.check(() => this.#leave());
  }

  /** The interpreter finds the same, and halts. */
  haltIf(condition: I32): void {
    this.illegalIf(condition);
  }

  #leave(): void {
    this.#ends.leave();
  }

  #end(): void {
    this.#commit();
    this.#isEnded = true;
  }

  /** From here on exits store the destination: earlier ones repeat the instruction. */
  #commit(): void {
    if (this.#isWritten) this.#ends.written(this.#current().rd);
  }

  #register(slot: number): I64 {
    this.#frame.pushRegister(slot);
    return I64_TOKEN;
  }

  #current(): RegionInstruction {
    if (this.#instruction === undefined) throw new Error("no instruction is being compiled");
    return this.#instruction;
  }
}
