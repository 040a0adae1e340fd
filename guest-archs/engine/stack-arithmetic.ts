// Arithmetic of the builder where values live on the WebAssembly stack: each operation is one instruction.
import type { I32, I64 } from "./semantics.ts";
import type { WasmFunction } from "./wasm-function.ts";
import type { NumericOp } from "./wasm-opcodes.ts";

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;

export class StackArithmetic {
  readonly f: WasmFunction;

  constructor(f: WasmFunction) {
    this.f = f;
  }

  i64(constant: bigint): I64 {
    this.f.i64(constant);
    return I64_TOKEN;
  }

  i32(constant: number): I32 {
    this.f.i32(constant);
    return I32_TOKEN;
  }

  select(_a: I64, _b: I64, _condition: I32): I64 {
    this.f.select();
    return I64_TOKEN;
  }

  add(_a: I64, _b: I64): I64 {
    return this.#wide("i64Add");
  }

  sub(_a: I64, _b: I64): I64 {
    return this.#wide("i64Sub");
  }

  mul(_a: I64, _b: I64): I64 {
    return this.#wide("i64Mul");
  }

  divS(_a: I64, _b: I64): I64 {
    return this.#wide("i64DivS");
  }

  divU(_a: I64, _b: I64): I64 {
    return this.#wide("i64DivU");
  }

  remS(_a: I64, _b: I64): I64 {
    return this.#wide("i64RemS");
  }

  remU(_a: I64, _b: I64): I64 {
    return this.#wide("i64RemU");
  }

  and(_a: I64, _b: I64): I64 {
    return this.#wide("i64And");
  }

  or(_a: I64, _b: I64): I64 {
    return this.#wide("i64Or");
  }

  xor(_a: I64, _b: I64): I64 {
    return this.#wide("i64Xor");
  }

  shl(_a: I64, _b: I64): I64 {
    return this.#wide("i64Shl");
  }

  shrS(_a: I64, _b: I64): I64 {
    return this.#wide("i64ShrS");
  }

  shrU(_a: I64, _b: I64): I64 {
    return this.#wide("i64ShrU");
  }

  rotl(_a: I64, _b: I64): I64 {
    return this.#wide("i64Rotl");
  }

  rotr(_a: I64, _b: I64): I64 {
    return this.#wide("i64Rotr");
  }

  clz(_a: I64): I64 {
    return this.#wide("i64Clz");
  }

  ctz(_a: I64): I64 {
    return this.#wide("i64Ctz");
  }

  popcnt(_a: I64): I64 {
    return this.#wide("i64Popcnt");
  }

  extend8(_a: I64): I64 {
    return this.#wide("i64Extend8S");
  }

  extend16(_a: I64): I64 {
    return this.#wide("i64Extend16S");
  }

  extend32(_a: I64): I64 {
    return this.#wide("i64Extend32S");
  }

  add32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Add");
  }

  sub32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Sub");
  }

  mul32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Mul");
  }

  divS32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32DivS");
  }

  divU32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32DivU");
  }

  remS32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32RemS");
  }

  remU32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32RemU");
  }

  and32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32And");
  }

  or32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Or");
  }

  shl32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Shl");
  }

  shrS32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32ShrS");
  }

  shrU32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32ShrU");
  }

  rotl32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Rotl");
  }

  rotr32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Rotr");
  }

  clz32(_a: I32): I32 {
    return this.#narrow("i32Clz");
  }

  ctz32(_a: I32): I32 {
    return this.#narrow("i32Ctz");
  }

  popcnt32(_a: I32): I32 {
    return this.#narrow("i32Popcnt");
  }

  eqz32(_a: I32): I32 {
    return this.#narrow("i32Eqz");
  }

  eq(_a: I64, _b: I64): I32 {
    return this.#narrow("i64Eq");
  }

  ne(_a: I64, _b: I64): I32 {
    return this.#narrow("i64Ne");
  }

  ltS(_a: I64, _b: I64): I32 {
    return this.#narrow("i64LtS");
  }

  ltU(_a: I64, _b: I64): I32 {
    return this.#narrow("i64LtU");
  }

  geS(_a: I64, _b: I64): I32 {
    return this.#narrow("i64GeS");
  }

  geU(_a: I64, _b: I64): I32 {
    return this.#narrow("i64GeU");
  }

  eqz(_a: I64): I32 {
    return this.#narrow("i64Eqz");
  }

  eq32(_a: I32, _b: I32): I32 {
    return this.#narrow("i32Eq");
  }

  wrap(_a: I64): I32 {
    return this.#narrow("i32WrapI64");
  }

  signed(_a: I32): I64 {
    return this.#wide("i64ExtendI32S");
  }

  unsigned(_a: I32): I64 {
    return this.#wide("i64ExtendI32U");
  }

  #wide(op: NumericOp): I64 {
    this.f.op(op);
    return I64_TOKEN;
  }

  #narrow(op: NumericOp): I32 {
    this.f.op(op);
    return I32_TOKEN;
  }
}
