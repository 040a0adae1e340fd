import { beforeEach, describe, expect, it } from "vitest";
import { COMPILER_BYTES, EntryTable } from "../../../../guest-archs/engine/compiler/entry-table.ts";
import { LinkedRegion, RegionLinks } from "../../../../guest-archs/engine/compiler/region-links.ts";

const HANDLE = 0x700;
const MOST = { instructions: 300, generations: 4 };

let view: DataView;
let entries: EntryTable;
let links: RegionLinks;

beforeEach(() => {
  const pages = Math.ceil(COMPILER_BYTES / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  view = new DataView(memory.buffer);
  entries = new EntryTable(memory, 0);
  links = new RegionLinks(entries);
});

/** A region of one page, entered at an offset. */
function region(page: number, offset: number, generation = 0): LinkedRegion {
  const plan = {
    page,
    offset,
    generation,
    instructions: 10,
    pages: new Map([[0, page]]),
    entries: [offset],
    cells: [],
    ranges: [{ page, from: offset, end: offset + 40 }],
    source: new Uint8Array(40),
  };
  const result = new LinkedRegion(plan, 1);
  result.rows.push({ record: 0, row: 0, page, offset });
  links.add(result);
  return result;
}

function exit(from: LinkedRegion, page: number, offset: number, isCall = false): number {
  const cell = entries.allocateCells(1);
  links.addExit(from, { page, offset, cell, isCall });
  return cell;
}

const valueOf = (cell: number): number => view.getUint32(cell, true);

describe("a cell", () => {
  it("leads to code that is compiled before or after it, as long as that exists", () => {
    const from = region(1, 0);
    const early = exit(from, 2, 64);
    expect(valueOf(early)).toBe(0);
    const to = region(2, 64);
    links.addEntry(2, 64, HANDLE);
    expect([valueOf(early), valueOf(exit(from, 2, 64))]).toEqual([HANDLE, HANDLE]);
    links.remove(to);
    expect([valueOf(early), valueOf(exit(from, 2, 64))]).toEqual([0, 0]);
  });

  it("is no longer written once its region is gone: it may belong to another", () => {
    const from = region(1, 0);
    const cell = exit(from, 2, 64);
    links.remove(from);
    entries.setCell(cell, 5);
    links.addEntry(2, 64, HANDLE);
    expect(valueOf(cell)).toBe(5);
  });
});

describe("regions", () => {
  it("are found by the bytes they were compiled from", () => {
    const [low, high] = [region(1, 0), region(1, 100)];
    expect(links.from(1, 39, 40)).toEqual([low]);
    expect(links.from(1, 40, 100)).toEqual([]);
    expect(links.from(1, 0, 4096)).toEqual([low, high]);
    expect(links.from(2, 0, 4096)).toEqual([]);
    links.remove(low);
    expect(links.from(1, 0, 4096)).toEqual([high]);
    expect([links.all(), links.instructions]).toEqual([[high], 10]);
  });

  it("grow into what they jump to in their own page, not into what they call, and not for ever", () => {
    exit(region(1, 0), 1, 200, true);
    exit(region(2, 0), 1, 200);
    exit(region(1, 40, MOST.generations), 1, 200);
    expect(links.exitingTo(1, 200, MOST)).toBeUndefined();
    const small = region(1, 80);
    exit(small, 1, 200);
    expect(links.exitingTo(1, 200, MOST)).toBe(small);
    expect(links.exitingTo(1, 200, { ...MOST, instructions: 9 })).toBeUndefined();
  });
});
