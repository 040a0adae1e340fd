// The shared tables that lead to compiled code: rows of entries and cells of regions (record-layout.ts).
import { ENTRY_ROW, PSEUDO_OP, RECORD, RECORD_USE } from "../record-layout.ts";

const CELLS = 65_536;

/** Cells follow the rows in their area. */
const FIRST_CELL: number = RECORD_USE.rows * ENTRY_ROW.bytes;
export const COMPILER_BYTES: number = FIRST_CELL + CELLS * 4;

export class EntryTable {
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #area: number;
  readonly #freeRows: number[] = [];
  #usedRows = 0;
  #usedCells = 0;

  constructor(memory: WebAssembly.Memory, area: number) {
    this.#view = new DataView(memory.buffer);
    this.#area = area;
  }

  get entryRows(): number {
    return this.#area;
  }

  /** Whether a module with so many entries and cells still fits. */
  hasRoom(entries: number, cells: number): boolean {
    return (
      this.#usedRows - this.#freeRows.length + entries <= RECORD_USE.rows &&
      this.#usedCells + cells <= CELLS
    );
  }

  /** Turns a record into an entry. @returns its row */
  enter(record: number, handle: number): number {
    const row = this.#freeRows.pop() ?? this.#usedRows++;
    const at = this.entryRows + row * ENTRY_ROW.bytes;
    const view = this.#view;
    view.setUint32(at + ENTRY_ROW.handle, handle, true);
    view.setUint16(at + ENTRY_ROW.op, view.getUint16(record + RECORD.op, true), true);
    view.setUint16(record + RECORD.op, PSEUDO_OP.region, true);
    view.setUint16(record + RECORD.use, RECORD_USE.firstRow + row, true);
    return row;
  }

  /** The record is what it was before, unless it was decoded anew since. */
  leave(record: number, row: number, use: number): void {
    const view = this.#view;
    const isEntry =
      view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region &&
      view.getUint16(record + RECORD.use, true) === RECORD_USE.firstRow + row;
    if (isEntry) {
      const op = this.entryRows + row * ENTRY_ROW.bytes + ENTRY_ROW.op;
      view.setUint16(record + RECORD.op, view.getUint16(op, true), true);
      view.setUint16(record + RECORD.use, use, true);
    }
    this.#freeRows.push(row);
  }

  /** @returns the address of that many new cells. */
  allocateCells(count: number): number {
    const at = this.#area + FIRST_CELL + this.#usedCells * 4;
    this.#usedCells += count;
    return at;
  }

  setCell(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }

  /** Forgets all rows and cells: nothing that uses them is left. */
  reset(): void {
    this.#freeRows.length = 0;
    this.#usedRows = 0;
    this.#usedCells = 0;
  }
}
