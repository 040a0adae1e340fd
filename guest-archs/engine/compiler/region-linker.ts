// Connects compiled modules with one replica: their functions get slots of the table, their exits cells, and the records
// where they may be entered become entries.
import type { GuestMemory } from "../../../core/index.ts";
import type { CodeCache } from "../code-cache.ts";
import {
  HANDLE_ENTRY_BITS,
  PSEUDO_OP,
  RECORD,
  RECORD_BYTES_PER_CODE_BYTE,
} from "../record-layout.ts";
import type { StateLayout } from "../interpreter-frame.ts";
import { accessFunctions, type Refills } from "./access-functions.ts";
import { pageOf } from "./discover-region.ts";
import { EntryTable } from "./entry-table.ts";
import type { RegionImport } from "./region-frame.ts";
import type { RegionBatch, RegionPlan } from "./region-plan.ts";
import { LinkedRegion, RegionLinks } from "./region-links.ts";

const PAGE = 4096;

export interface LinkerEnvironment {
  readonly memory: GuestMemory;
  readonly code: CodeCache;
  /** Where they return 0, the interpreter has to perform the access. */
  readonly refills: Refills;
  /** Jumps to an instruction until it is compiled. */
  readonly jumpsToCompile: number;
  /** Instructions in all regions together; past it all of them are dropped. */
  readonly maxInstructions: number;
}

/** Where an instantiated batch has its functions and cells. */
export interface LoadedBatch {
  readonly slots: number;
  readonly cells: number;
}

export class RegionLinker {
  readonly table: WebAssembly.Table = new WebAssembly.Table({ initial: 1024, element: "anyfunc" });
  readonly links: RegionLinks;
  readonly entries: EntryTable;
  readonly #environment: LinkerEnvironment;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #access: Record<RegionImport, CallableFunction>;
  readonly #freeSlots: number[] = [];
  /** Slot 0 is never used, so that no handle is 0. */
  #usedSlots = 1;

  /** @param area byte offset in the shared memory of COMPILER_BYTES zeroed bytes */
  constructor(environment: LinkerEnvironment, layout: StateLayout, area: number) {
    const { shared } = environment.memory;
    this.#access = accessFunctions(layout, shared, environment.refills);
    this.#environment = environment;
    this.#view = new DataView(shared.buffer);
    this.entries = new EntryTable(shared, area);
    this.links = new RegionLinks(this.entries);
  }

  /** Whether so many more entries and cells fit into what one replica may have. */
  hasRoom(entries: number, cells: number): boolean {
    const { maxInstructions } = this.#environment;
    return this.entries.hasRoom(entries, cells) && this.links.instructions <= maxInstructions;
  }

  /** Instantiates a batch; none of its regions is entered before it is linked. */
  load({ module, regions }: RegionBatch): LoadedBatch {
    const { memory } = this.#environment;
    const cells = this.entries.allocateCells(cellsOf(regions));
    const slots = this.#allocateSlots(regions.length);
    const instance = new WebAssembly.Instance(module, {
      engine: { memory: memory.shared, regions: this.table, ...this.#access, cells, slots },
    });
    void instance;
    return { slots, cells };
  }

  /**
   * Makes one region of a loaded batch reachable. Its pages must have blocks, and memory the bytes it was compiled from.
   * @returns the region
   */
  link({ regions }: RegionBatch, index: number, { slots, cells }: LoadedBatch): LinkedRegion {
    const { code } = this.#environment;
    const plan = regions[index] as RegionPlan;
    const slot = slots + index;
    const region = new LinkedRegion(plan, slot);
    const blocks = new Map<number, number>();
    for (const [distance, page] of plan.pages) {
      blocks.set(distance, code.knownBlock(page) as number);
    }
    for (const { page, from, end } of plan.ranges) code.markCode(page, from, end);
    const firstCell = cells + cellsOf(regions.slice(0, index)) * 4;
    for (const [number, { kind, of }] of plan.cells.entries()) {
      const cell = firstCell + number * 4;
      if (kind === "page") this.entries.setCell(cell, blocks.get(of) as number);
      else this.links.addExit(region, { ...placeIn(plan, of), cell, isCall: kind === "call" });
    }
    for (const [entry, at] of plan.entries.entries()) {
      const { page, offset } = placeIn(plan, at);
      const block = blocks.get(pageOf(at)) as number;
      const record = block + offset * RECORD_BYTES_PER_CODE_BYTE;
      const op = this.#view.getUint16(record + RECORD.op, true);
      if (op === PSEUDO_OP.region) continue;
      // Another replica may have executed it, this one not.
      if (op === PSEUDO_OP.decode) code.decode(record);
      const handle = (slot << HANDLE_ENTRY_BITS) | entry;
      region.rows.push({ record, row: this.entries.enter(record, handle), page, offset });
      this.links.addEntry(page, offset, handle);
    }
    this.links.add(region);
    return region;
  }

  drop(region: LinkedRegion): void {
    this.links.remove(region);
    for (const { record, row } of region.rows) {
      this.entries.leave(record, row, this.#environment.jumpsToCompile);
    }
    this.freeSlot(region.slot);
  }

  dropAll(): void {
    for (const region of this.links.all()) this.drop(region);
    this.entries.reset();
  }

  /** After everything was dropped, and everything loaded unloaded. */
  forgetSlots(): void {
    this.#usedSlots = 1;
    this.#freeSlots.length = 0;
  }

  /** Of a region that is not linked. */
  freeSlot(slot: number): void {
    this.table.set(slot, null);
    this.#freeSlots.push(slot);
  }

  /** @returns the first of so many consecutive slots of the table. */
  #allocateSlots(count: number): number {
    const free = count === 1 ? this.#freeSlots.pop() : undefined;
    if (free !== undefined) return free;
    const first = this.#usedSlots;
    this.#usedSlots += count;
    while (this.#usedSlots > this.table.length) this.table.grow(this.table.length);
    return first;
  }
}

export function cellsOf(regions: readonly RegionPlan[]): number {
  return regions.reduce((sum, { cells }) => sum + cells.length, 0);
}

export function entriesOf(regions: readonly RegionPlan[]): number {
  return regions.reduce((sum, { entries }) => sum + entries.length, 0);
}

/** The page of RAM and the offset in it of an offset from the start of a region's first page. */
export function placeIn(
  { pages }: RegionPlan,
  at: number,
): { readonly page: number; readonly offset: number } {
  const distance = pageOf(at);
  return { page: pages.get(distance) as number, offset: at - distance * PAGE };
}
