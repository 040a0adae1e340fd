// How regions hang together: where each of them starts, which cells wait for code at a place, and from which bytes it was
// compiled. Places are pages of RAM and offsets in them, so that links hold at any virtual address.
import { type CodeRange, overlaps } from "./code-range.ts";
import { pageOf } from "./discover-region.ts";
import type { EntryTable } from "./entry-table.ts";
import type { RegionGraph } from "./region-graph.ts";

const PAGE = 4096;

/** An entry of a region: its record and the row that it became. */
interface EntryRow {
  readonly record: number;
  readonly row: number;
  readonly page: number;
  readonly offset: number;
}

/** A way out of a region, and the cell that leads on. */
export interface Exit {
  readonly page: number;
  readonly offset: number;
  readonly cell: number;
  readonly isCall: boolean;
}

export class LinkedRegion {
  readonly page: number;
  readonly offset: number;
  /** How often it was compiled again. */
  readonly generation: number;
  /** Its index in the table of regions. */
  readonly slot: number;
  readonly instructions: number;
  readonly rows: EntryRow[] = [];
  readonly ranges: CodeRange[] = [];
  /** Cells of near exits, by the place they lead to. */
  readonly exits: { readonly place: number; readonly cell: number }[] = [];

  constructor(
    page: number,
    offset: number,
    generation: number,
    slot: number,
    instructions: number,
  ) {
    this.page = page;
    this.offset = offset;
    this.generation = generation;
    this.slot = slot;
    this.instructions = instructions;
  }

  addRanges(graph: RegionGraph, pageAt: (offset: number) => number): void {
    for (const block of graph.blocks) {
      // The instruction that ends a block by leaving is not in it, but what follows depends on nothing of it.
      for (let from = block.offset; from < block.end;) {
        const border = (pageOf(from) + 1) * PAGE;
        const end = Math.min(block.end, border);
        const inPage = from - pageOf(from) * PAGE;
        this.ranges.push({ page: pageAt(from), from: inPage, end: inPage + end - from });
        from = end;
      }
    }
  }
}

export class RegionLinks {
  readonly #entries: EntryTable;
  readonly #byPage: Map<number, Set<LinkedRegion>> = new Map();
  /** Handles by place. */
  readonly #handles: Map<number, number> = new Map();
  /** Cells that lead to a place, and their regions. */
  readonly #cells: Map<number, Map<number, { region: LinkedRegion; isCall: boolean }>> = new Map();
  readonly #all: Set<LinkedRegion> = new Set();
  /** Instructions in all regions. */
  instructions = 0;

  constructor(entries: EntryTable) {
    this.#entries = entries;
  }

  add(region: LinkedRegion): void {
    this.#all.add(region);
    this.instructions += region.instructions;
    for (const { page } of region.ranges) {
      const known = this.#byPage.get(page);
      if (known === undefined) this.#byPage.set(page, new Set([region]));
      else known.add(region);
    }
  }

  addExit(region: LinkedRegion, { page, offset, cell, isCall }: Exit): void {
    const place = placeOf(page, offset);
    region.exits.push({ place, cell });
    const from = { region, isCall };
    const known = this.#cells.get(place);
    if (known === undefined) this.#cells.set(place, new Map([[cell, from]]));
    else known.set(cell, from);
    this.#entries.setCell(cell, this.#handles.get(place) ?? 0);
  }

  addEntry(page: number, offset: number, handle: number): void {
    const place = placeOf(page, offset);
    this.#handles.set(place, handle);
    for (const cell of this.#cells.get(place)?.keys() ?? []) this.#entries.setCell(cell, handle);
  }

  remove(region: LinkedRegion): void {
    this.#all.delete(region);
    this.instructions -= region.instructions;
    for (const { page } of region.ranges) this.#byPage.get(page)?.delete(region);
    for (const { place, cell } of region.exits) this.#cells.get(place)?.delete(cell);
    for (const { page, offset } of region.rows) {
      const place = placeOf(page, offset);
      this.#handles.delete(place);
      for (const cell of this.#cells.get(place)?.keys() ?? []) this.#entries.setCell(cell, 0);
    }
  }

  all(): readonly LinkedRegion[] {
    return [...this.#all];
  }

  /** Regions compiled from bytes of a page. */
  from(page: number, from: number, end: number): readonly LinkedRegion[] {
    const regions = this.#byPage.get(page);
    if (regions === undefined) return [];
    return [...regions].filter(({ ranges }) =>
      ranges.some((range) => range.page === page && overlaps(range, from, end)),
    );
  }

  /**
   * A region of at most so many instructions that jumped to a place of its own page, compiled fewer than so many times:
   * compiled again, it takes the place in.
   */
  exitingTo(
    page: number,
    offset: number,
    most: { readonly instructions: number; readonly generations: number },
  ): LinkedRegion | undefined {
    for (const { region, isCall } of this.#cells.get(placeOf(page, offset))?.values() ?? []) {
      if (isCall) continue;
      if (region.page !== page || region.generation >= most.generations) continue;
      if (region.instructions <= most.instructions) return region;
    }
    return undefined;
  }
}

function placeOf(page: number, offset: number): number {
  return page * PAGE + offset;
}
