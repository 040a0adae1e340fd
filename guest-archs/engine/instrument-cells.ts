// How generated code reaches the cells of instruments: through a word of the hart, since code is shared by replicas.
import type { StateLayout } from "./interpreter-frame.ts";
import { WORD } from "./record-layout.ts";
import type { Held, I32, I64 } from "./semantics.ts";
import type { Local, WasmFunction } from "./wasm-function.ts";

const CELL_BYTES = 8;

/** What an access needs of the function it is in. */
interface CellFrame {
  readonly f: WasmFunction;
  readonly base: Local;
  readonly layout: StateLayout;
}

function pushCells({ f, base, layout }: CellFrame): void {
  f.get(base);
  f.memory("i32Load", layout.words + WORD.cells);
}

/** Pushes the value of a cell. */
export function pushCell(frame: CellFrame, cell: number): void {
  pushCells(frame);
  frame.f.memory("i64Load", cell * CELL_BYTES);
}

export function emitSetCell(frame: CellFrame, cell: number, value: Held<I64>): void {
  pushCells(frame);
  value.get();
  frame.f.memory("i64Store", cell * CELL_BYTES);
}

export function emitCount(frame: CellFrame, cell: number): void {
  pushCells(frame);
  addOne(frame, cell, () => pushCells(frame));
}

/** @throws RangeError when `cells` is no power of two: the index is cut to it, so that none leads elsewhere */
export function emitCountAt(
  frame: CellFrame,
  first: number,
  cells: number,
  index: Held<I32>,
): void {
  if (!Number.isInteger(Math.log2(cells))) throw new RangeError(`${cells} is no power of two`);
  const { f } = frame;
  const push = (): void => {
    index.get();
    f.i32(cells - 1);
    f.op("i32And");
    f.i32(Math.log2(CELL_BYTES));
    f.op("i32Shl");
    pushCells(frame);
    f.op("i32Add");
  };
  push();
  addOne(frame, first, push);
}

/** The address to store to is on the stack; `push` pushes the same one to load from. */
function addOne({ f }: CellFrame, cell: number, push: () => void): void {
  push();
  f.memory("i64Load", cell * CELL_BYTES);
  f.i64(1n);
  f.op("i64Add");
  f.memory("i64Store", cell * CELL_BYTES);
}
