import { beforeEach, describe, expect, it } from "vitest";
import { COMPILER_BYTES, EntryTable } from "../../../../guest-archs/engine/compiler/entry-table.ts";
import {
  ENTRY_ROW,
  PSEUDO_OP,
  RECORD,
  RECORD_USE,
} from "../../../../guest-archs/engine/record-layout.ts";

const AREA = 65_536;
const RECORD_AT = 256;
const OP = 77;
const HANDLE = 0x1234;

let view: DataView;
let table: EntryTable;

beforeEach(() => {
  const pages = 1 + Math.ceil(COMPILER_BYTES / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  view = new DataView(memory.buffer);
  table = new EntryTable(memory, AREA);
  view.setUint16(RECORD_AT + RECORD.op, OP, true);
});

const op = (): number => view.getUint16(RECORD_AT + RECORD.op, true);
const use = (): number => view.getUint16(RECORD_AT + RECORD.use, true);

describe("a record that becomes an entry", () => {
  it("names a row with its handle and its operation", () => {
    const row = table.enter(RECORD_AT, HANDLE);
    expect([op(), use()]).toEqual([PSEUDO_OP.region, RECORD_USE.firstRow + row]);
    const at = table.entryRows + row * ENTRY_ROW.bytes;
    expect(view.getUint32(at + ENTRY_ROW.handle, true)).toBe(HANDLE);
    expect(view.getUint16(at + ENTRY_ROW.op, true)).toBe(OP);
  });

  it("is what it was before once its region is gone", () => {
    table.leave(RECORD_AT, table.enter(RECORD_AT, HANDLE), 9);
    expect([op(), use()]).toEqual([OP, 9]);
  });

  it("stays as it is when it was decoded anew since", () => {
    const row = table.enter(RECORD_AT, HANDLE);
    view.setUint16(RECORD_AT + RECORD.op, PSEUDO_OP.decode, true);
    view.setUint16(RECORD_AT + RECORD.use, RECORD_USE.dormant, true);
    table.leave(RECORD_AT, row, 9);
    expect([op(), use()]).toEqual([PSEUDO_OP.decode, RECORD_USE.dormant]);
  });
});

describe("rows and cells", () => {
  it("are used again", () => {
    const row = table.enter(RECORD_AT, HANDLE);
    table.leave(RECORD_AT, row, 0);
    expect(table.enter(RECORD_AT, HANDLE)).toBe(row);
  });

  it("are full until they are forgotten", () => {
    expect(table.hasRoom(RECORD_USE.rows, 65_536)).toBe(true);
    expect(table.hasRoom(RECORD_USE.rows + 1, 0)).toBe(false);
    const first = table.allocateCells(3);
    expect(table.allocateCells(1)).toBe(first + 12);
    expect(table.hasRoom(0, 65_533)).toBe(false);
    table.reset();
    expect(table.hasRoom(RECORD_USE.rows, 65_536)).toBe(true);
    expect(table.allocateCells(1)).toBe(first);
  });

  it("hold what is set", () => {
    const cell = table.allocateCells(1);
    table.setCell(cell, HANDLE);
    expect(view.getUint32(cell, true)).toBe(HANDLE);
  });
});
