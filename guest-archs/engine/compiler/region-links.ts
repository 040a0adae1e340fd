// How regions hang together: where each of them starts, which cells wait for code at a place, and from which bytes it was
// compiled. Places are pages of RAM and offsets in them, so that links hold at any virtual address.
import { overlaps } from "./code-range.ts";
import type { EntryTable } from "./entry-table.ts";
import type { RegionPlan } from "./region-plan.ts";

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
  readonly plan: RegionPlan;
  /** Its index in the table of regions. */
  readonly slot: number;
  readonly rows: EntryRow[] = [];
  /** Cells of near exits, by the place they lead to. */
  readonly exits: { readonly place: number; readonly cell: number }[] = [];

  constructor(plan: RegionPlan, slot: number) {
    this.plan = plan;
    this.slot = slot;
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
    this.instructions += region.plan.instructions;
    for (const { page } of region.plan.ranges) {
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
    this.instructions -= region.plan.instructions;
    for (const { page } of region.plan.ranges) this.#byPage.get(page)?.delete(region);
    for (const { place, cell } of region.exits) this.#cells.get(place)?.delete(cell);
    for (const { page, offset } of region.rows) {
      const place = placeOf(page, offset);
      this.#handles.delete(place);
      for (const cell of this.#cells.get(place)?.keys() ?? []) this.#entries.setCell(cell, 0);
    }
  }

  has(region: LinkedRegion): boolean {
    return this.#all.has(region);
  }

  all(): readonly LinkedRegion[] {
    return [...this.#all];
  }

  /** Regions compiled from bytes of a page. */
  from(page: number, from: number, end: number): readonly LinkedRegion[] {
    const regions = this.#byPage.get(page);
    if (regions === undefined) return [];
    return [...regions].filter(({ plan }) =>
      plan.ranges.some((range) => range.page === page && overlaps(range, from, end)),
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
      const { plan } = region;
      if (plan.page !== page || plan.generation >= most.generations) continue;
      if (plan.instructions <= most.instructions) return region;
    }
    return undefined;
  }
}

export function placeOf(page: number, offset: number): number {
  return page * PAGE + offset;
}
