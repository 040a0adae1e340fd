import { describe, expect, it } from "vitest";
import { type Label, WasmFunction } from "../../../guest-archs/engine/wasm-function.ts";
import { encodeModule } from "../../../guest-archs/engine/wasm-module.ts";

function instantiate(f: WasmFunction): CallableFunction {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = encodeModule({
    importModule: "host",
    functionImports: [],
    memory: "memory",
    functions: [f],
    exports: [["f", 0]],
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  return exports["f"] as CallableFunction;
}

describe("wrapInBlocks", () => {
  it("opens blocks that code written before names by 0, -1 and so on, outward", () => {
    const f = new WasmFunction(["i32"], ["i32"]);
    const [inner, outer] = [0, -1] as Label[];
    if (inner === undefined || outer === undefined) throw new Error("labels are missing");
    f.get(f.parameter(0));
    f.if(undefined, true);
    f.get(f.parameter(0));
    f.i32(1);
    f.op("i32Eq");
    f.brIf(outer);
    f.br(inner);
    f.end();
    f.i32(30);
    f.return();
    f.end();
    f.i32(20);
    f.return();
    f.end();
    f.i32(10);
    const [hint] = f.hints;
    const before = hint?.offset ?? 0;
    f.wrapInBlocks(2);
    expect(hint?.offset).toBe(before + 4);
    const run = instantiate(f);
    expect([0, 1, 2].map((value) => run(value))).toEqual([30, 10, 20]);
  });
});
