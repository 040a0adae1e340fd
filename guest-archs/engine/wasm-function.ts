// Body of one WebAssembly function while it is being written. Labels are absolute nesting depths, so that code that is
// emitted inside any number of blocks can name its target without counting.
import { ByteWriter } from "./byte-writer.ts";
import {
  MEMORY_FILL,
  MEMORY_OP,
  type MemoryOp,
  NUMERIC_OP,
  type NumericOp,
  OP,
  TRUNCATE_SATURATED,
  TYPE,
} from "./wasm-opcodes.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64";
/** A block, loop or if that a branch can name. */
export type Label = number & { readonly label: true };
export type Local = number & { readonly local: true };

/** Where a branch goes usually (metadata.code.branch_hint of the branch hinting proposal). */
export interface BranchHint {
  offset: number;
  readonly isLikely: boolean;
}

const OPENED_BLOCK = [OP.block, TYPE.none];

export class WasmFunction {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: ValueType[] = [];
  readonly hints: BranchHint[] = [];
  readonly #code: ByteWriter = new ByteWriter();
  #depth = 0;
  /** Blocks around everything, opened before what was written first. */
  #outerBlocks = 0;

  constructor(parameters: readonly ValueType[], results: readonly ValueType[]) {
    this.parameters = parameters;
    this.results = results;
  }

  parameter(index: number): Local {
    return index as Local;
  }

  local(type: ValueType): Local {
    this.locals.push(type);
    return (this.parameters.length + this.locals.length - 1) as Local;
  }

  /** The bytes of the expression, terminated. */
  code(): Uint8Array<ArrayBuffer> {
    if (this.#depth !== 0) throw new Error(`${this.#depth} blocks are not closed`);
    this.#code.byte(OP.end);
    const code = this.#code.take();
    if (this.#outerBlocks === 0) return code;
    const opened = new Uint8Array(this.#outerBlocks * OPENED_BLOCK.length);
    for (let at = 0; at < opened.length; at += OPENED_BLOCK.length) opened.set(OPENED_BLOCK, at);
    const whole = new Uint8Array(opened.length + code.length);
    whole.set(opened);
    whole.set(code, opened.length);
    return whole;
  }

  /**
   * Opens blocks around everything written so far, in which so many `end` were already written for them. Their labels
   * are 0 for the innermost, -1 for the next one, and so on.
   */
  wrapInBlocks(count: number): void {
    this.#depth += count;
    this.#outerBlocks += count;
    for (const hint of this.hints) hint.offset += count * OPENED_BLOCK.length;
  }

  i32(value: number): void {
    this.#code.byte(OP.i32Const);
    this.#code.signed32(value);
  }

  i64(value: bigint): void {
    this.#code.byte(OP.i64Const);
    this.#code.signed(value);
  }

  /** The same of a small integer, without a BigInt. */
  i64FromI32(value: number): void {
    this.#code.byte(OP.i64Const);
    this.#code.signed32(value);
  }

  f32(value: number): void {
    this.#code.byte(OP.f32Const);
    this.#code.bytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  f64(value: number): void {
    this.#code.byte(OP.f64Const);
    this.#code.bytes(new Uint8Array(Float64Array.of(value).buffer));
  }

  get(local: Local): void {
    this.#indexed(OP.localGet, local);
  }

  set(local: Local): void {
    this.#indexed(OP.localSet, local);
  }

  tee(local: Local): void {
    this.#indexed(OP.localTee, local);
  }

  op(name: NumericOp): void {
    this.#code.byte(NUMERIC_OP[name]);
  }

  getGlobal(index: number): void {
    this.#indexed(OP.globalGet, index);
  }

  unreachable(): void {
    this.#code.byte(OP.unreachable);
  }

  truncateSaturated(name: keyof typeof TRUNCATE_SATURATED): void {
    this.#code.bytes(TRUNCATE_SATURATED[name]);
  }

  return(): void {
    this.#code.byte(OP.return);
  }

  drop(): void {
    this.#code.byte(OP.drop);
  }

  select(): void {
    this.#code.byte(OP.select);
  }

  /** A load or store at a constant offset from the address on the stack. */
  memory(name: MemoryOp, offset = 0, isUnaligned = false): void {
    const [opcode, alignment] = MEMORY_OP[name];
    this.#code.byte(opcode);
    this.#code.byte(isUnaligned ? 0 : alignment);
    this.#code.unsigned(offset);
  }

  /** Pops address, byte value and length. */
  memoryFill(): void {
    this.#code.bytes(MEMORY_FILL);
  }

  call(functionIndex: number): void {
    this.#indexed(OP.call, functionIndex);
  }

  /** Calls a function of the module's indirect type in table 0; pops its index last. */
  callIndirect(): void {
    this.#code.bytes([OP.callIndirect, 0, 0]);
  }

  /** The same as a tail call. */
  returnCallIndirect(): void {
    this.#code.bytes([OP.returnCallIndirect, 0, 0]);
  }

  block(result?: ValueType): Label {
    return this.#open(OP.block, result);
  }

  loop(): Label {
    return this.#open(OP.loop, undefined);
  }

  if(result?: ValueType, isLikely?: boolean): Label {
    this.#hint(isLikely);
    return this.#open(OP.if, result);
  }

  else(): void {
    this.#code.byte(OP.else);
  }

  end(): void {
    this.#depth -= 1;
    this.#code.byte(OP.end);
  }

  br(label: Label): void {
    this.#indexed(OP.br, this.#depth - label);
  }

  brIf(label: Label, isLikely?: boolean): void {
    this.#hint(isLikely);
    this.#indexed(OP.brIf, this.#depth - label);
  }

  brTable(labels: readonly Label[], otherwise: Label): void {
    this.#code.byte(OP.brTable);
    this.#code.unsigned(labels.length);
    for (const label of labels) this.#code.unsigned(this.#depth - label);
    this.#code.unsigned(this.#depth - otherwise);
  }

  #open(opcode: number, result: ValueType | undefined): Label {
    this.#code.byte(opcode);
    this.#code.byte(result === undefined ? TYPE.none : TYPE[result]);
    this.#depth += 1;
    return this.#depth as Label;
  }

  #hint(isLikely: boolean | undefined): void {
    if (isLikely !== undefined) this.hints.push({ offset: this.#code.length, isLikely });
  }

  #indexed(opcode: number, index: number): void {
    this.#code.byte(opcode);
    this.#code.unsigned(index);
  }
}
