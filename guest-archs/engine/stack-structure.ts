// Structure of the builder where values live on the WebAssembly stack: values kept aside in locals, branches of an
// instruction that come together again.
import type { Float, FloatWidth, Held, I32, I64 } from "./semantics.ts";
import { StackFloatArithmetic } from "./stack-float-arithmetic.ts";
import type { Local, ValueType } from "./wasm-function.ts";

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;
const FLOAT_TOKEN = undefined as unknown as Float;

export class StackStructure extends StackFloatArithmetic {
  readonly #locals: Record<ValueType, Local[]> = { i32: [], i64: [], f32: [], f64: [] };
  #held: Record<ValueType, number> = { i32: 0, i64: 0, f32: 0, f64: 0 };

  hold(_a: I64): Held<I64> {
    return this.#hold("i64", I64_TOKEN);
  }

  hold32(_a: I32): Held<I32> {
    return this.#hold("i32", I32_TOKEN);
  }

  holdFloat(width: FloatWidth, _a: Float): Held<Float> {
    return this.#hold(width === 32 ? "f32" : "f64", FLOAT_TOKEN);
  }

  choose(_condition: I32, then: () => I64, otherwise: () => I64): I64 {
    this.f.if("i64");
    then();
    this.f.else();
    otherwise();
    this.f.end();
    return I64_TOKEN;
  }

  choose32(_condition: I32, then: () => I32, otherwise: () => I32): I32 {
    this.f.if("i32");
    then();
    this.f.else();
    otherwise();
    this.f.end();
    return I32_TOKEN;
  }

  when(_condition: I32, then: () => void, otherwise: () => void): void {
    this.f.if();
    then();
    this.f.else();
    otherwise();
    this.f.end();
  }

  /** The locals of held values may be used again: a new instruction begins. */
  protected releaseHeld(): void {
    this.#held = { i32: 0, i64: 0, f32: 0, f64: 0 };
  }

  #hold<T>(type: ValueType, token: T): Held<T> {
    const locals = this.#locals[type];
    const local = locals[this.#held[type]] ?? this.f.local(type);
    locals[this.#held[type]] = local;
    this.#held[type] += 1;
    this.f.set(local);
    return {
      get: () => {
        this.f.get(local);
        return token;
      },
    };
  }
}
