import { describe, expect, it } from "vitest";
import { encodeModule } from "../../../guest-archs/engine/wasm-module.ts";
import { WasmFunction } from "../../../guest-archs/engine/wasm-function.ts";

function instantiate(
  f: WasmFunction,
  imports: Record<string, WebAssembly.ExportValue> = {},
): CallableFunction {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  const bytes = encodeModule({
    importModule: "host",
    functionImports: [{ name: "twice", parameters: ["i64"], results: ["i64"] }],
    memory: "memory",
    functions: [f],
    exports: [["f", 0]],
  });
  const host = { twice: (value: bigint) => value * 2n, memory, ...imports };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });
  return exports["f"] as CallableFunction;
}

describe("encodeModule", () => {
  it.each([0n, 63n, 64n, -64n, -65n, 2n ** 31n, -(2n ** 63n), 2n ** 63n - 1n])(
    "encodes the constant %i",
    (constant) => {
      const f = new WasmFunction([], ["i64"]);
      f.i64(constant);
      expect(instantiate(f)()).toBe(constant);
    },
  );

  it("counts with a loop, a hinted branch and an imported call", () => {
    const f = new WasmFunction(["i32"], ["i64"]);
    const counter = f.parameter(0);
    const sum = f.local("i64");
    const out = f.block();
    const loop = f.loop();
    f.get(counter);
    f.op("i32Eqz");
    f.brIf(out, false);
    f.get(sum);
    f.i64(3n);
    f.op("i64Add");
    f.call(0);
    f.set(sum);
    f.get(counter);
    f.i32(-1);
    f.op("i32Add");
    f.set(counter);
    f.br(loop);
    f.end();
    f.end();
    f.get(sum);
    expect(instantiate(f)(3)).toBe(42n);
  });

  it("selects with a table of labels that are absolute", () => {
    const f = new WasmFunction(["i32"], ["i32"]);
    const outer = f.block();
    const middle = f.block();
    const inner = f.block();
    f.get(f.parameter(0));
    f.brTable([inner, middle], outer);
    f.end();
    f.i32(10);
    f.return();
    f.end();
    f.i32(20);
    f.return();
    f.end();
    f.i32(30);
    const run = instantiate(f);
    expect([0, 1, 2, 9].map((index) => run(index))).toEqual([10, 20, 30, 30]);
  });

  it("places branch hints where the engine accepts them, and locals of all types", () => {
    const f = new WasmFunction(["i32"], ["i32"]);
    for (const type of ["i32", "i64", "f32", "f64"] as const) f.local(type);
    f.get(f.parameter(0));
    f.if("i32", true);
    f.i32(1);
    f.else();
    f.i32(2);
    f.end();
    expect(f.hints).toEqual([{ offset: 2, isLikely: true }]);
    const run = instantiate(f);
    expect([run(1), run(0)]).toEqual([1, 2]);
  });

  it("refuses a function with an open block", () => {
    const f = new WasmFunction([], []);
    f.block();
    expect(() => f.code()).toThrow(/1 blocks are not closed/);
  });
});
