// Cells in a function of their own: what generated code does to them, and to nothing around them.
import { describe, expect, it } from "vitest";
import {
  emitCount,
  emitCountAt,
  emitSetCell,
  pushCell,
} from "../../../guest-archs/engine/instrument-cells.ts";
import { WORD } from "../../../guest-archs/engine/record-layout.ts";
import type { Held, I32, I64 } from "../../../guest-archs/engine/semantics.ts";
import { WasmFunction } from "../../../guest-archs/engine/wasm-function.ts";
import { encodeModule } from "../../../guest-archs/engine/wasm-module.ts";

const WORDS = 64;
const CELLS = 1024;

type Frame = Parameters<typeof emitCount>[0];

/** Runs a function of an index over a memory where the cells start at CELLS. @returns all 64-bit words from there on */
function cellsAfter(
  emit: (frame: Frame, index: Held<I32>) => void,
  ...indices: number[]
): bigint[] {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new DataView(memory.buffer).setUint32(WORDS + WORD.cells, CELLS, true);
  const f = new WasmFunction(["i32", "i32"], []);
  const [base, index] = [f.parameter(0), f.parameter(1)];
  const held: Held<I32> = {
    get: () => {
      f.get(index);
      return undefined as unknown as I32;
    },
  };
  emit({ f, base, layout: { pc: 0, reservation: 8, words: WORDS } }, held);
  const module = new WebAssembly.Module(
    encodeModule({
      importModule: "engine",
      functionImports: [],
      memory: "memory",
      functions: [f],
      exports: [["run", 0]],
    }),
  );
  const instance = new WebAssembly.Instance(module, { engine: { memory } });
  const run = instance.exports["run"] as (base: number, index: number) => void;
  for (const each of indices) run(0, each);
  return [...new BigUint64Array(memory.buffer, CELLS - 8, 8)];
}

describe("cells of instruments", () => {
  it("are counted up one by one", () => {
    expect(cellsAfter((frame) => emitCount(frame, 2), 0, 0, 0)).toEqual([
      0n,
      0n,
      0n,
      3n,
      0n,
      0n,
      0n,
      0n,
    ]);
  });

  it("are counted up by an index that never leads out of its range", () => {
    const emit = (frame: Frame, index: Held<I32>): void => emitCountAt(frame, 1, 4, index);
    expect(cellsAfter(emit, 0, 1, 3, 3, 4, -1, 0x7fff_fffd)).toEqual([
      0n,
      0n,
      2n,
      2n,
      0n,
      3n,
      0n,
      0n,
    ]);
  });

  it("refuse a range that is no power of two", () => {
    expect(() => cellsAfter((frame, index) => emitCountAt(frame, 0, 3, index))).toThrow(RangeError);
  });

  it("hold 64 bits", () => {
    const emit = (frame: Frame): void => {
      const { f } = frame;
      const value: Held<I64> = {
        get: () => {
          pushCell(frame, 0);
          f.i64(-2n);
          f.op("i64Add");
          return undefined as unknown as I64;
        },
      };
      emitSetCell(frame, 0, value);
    };
    expect(cellsAfter(emit, 0, 0)).toEqual([0n, 2n ** 64n - 4n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });
});
