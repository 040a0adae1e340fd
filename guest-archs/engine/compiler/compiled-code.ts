// The compiled code of one replica's processor: what is hot becomes regions, regions are linked with each other, and
// whatever they were compiled from is watched.
// DETERMINISM: what is compiled when never shows in guest state; a region executes the steps the interpreter would.
import type { GuestMemory } from "../../../core/index.ts";
import type { CodeCache, InstructionSet } from "../code-cache.ts";
import type { StateLayout } from "../interpreter-frame.ts";
import {
  HANDLE_ENTRY_BITS,
  PSEUDO_OP,
  RECORD,
  RECORD_BYTES_PER_CODE_BYTE,
} from "../record-layout.ts";
import type { Semantics } from "../semantics.ts";
import { discoverRegion, pageOf } from "./discover-region.ts";
import { emitRegion, type EmittedRegion } from "./emit-region.ts";
import { accessFunctions, type Refills } from "./access-functions.ts";
import { EntryTable } from "./entry-table.ts";
import type { OperationTraits } from "./operation-traits.ts";
import type { RegionImport } from "./region-frame.ts";
import type { RegionGraph } from "./region-graph.ts";
import { JumpTables } from "./jump-tables.ts";
import { encodeRegions } from "./region-module.ts";
import { RegionSource, type SourceEnvironment, type SourcePage } from "./region-source.ts";
import { LinkedRegion, RegionLinks } from "./region-links.ts";

/**
 * Hot instructions that are compiled into one module: a module costs as much as many instructions. An instruction to
 * which as many jumps lead while it waits as before does not wait for others.
 */
const BATCH = 32;
/** Regions that are compiled again, so often, when a way out of them has become hot. */
const TO_GROW = { instructions: 300, generations: 4 } as const;
const PAGE = 4096;

export interface CompilerEnvironment<Services> {
  readonly memory: GuestMemory;
  readonly code: CodeCache;
  readonly layout: StateLayout;
  readonly instructionSet: InstructionSet;
  semanticsOf(op: number): (x: Semantics<Services>) => void;
  traitsOf(op: number): OperationTraits;
  /** Whether a slot holds return addresses by convention. */
  isLink(slot: number): boolean;
  /** Block of records that the current hart's fetch TLB has for a virtual page, if any. */
  fetchedBlock(address: bigint): number | undefined;
  /** Where they return 0, the interpreter has to perform the access. */
  readonly refills: Refills;
  /** Jumps to an instruction until it is compiled; 0 for never. */
  readonly jumpsToCompile: number;
  /** Instructions in all regions together; past it all of them are dropped. */
  readonly maxInstructions: number;
}

/** A hot instruction and the pages around it, as they were mapped then. */
interface HotSpot {
  readonly page: number;
  readonly offset: number;
  readonly generation: number;
  /** It waited for a region around it, in vain. */
  readonly isSecond: boolean;
  readonly pages: ReadonlyMap<number, SourcePage>;
}

/** Whether a draft takes a spot in. */
function isCovered({ page, offset }: HotSpot, { spot, graph }: Draft): boolean {
  return page === spot.page && graph.byOffset.has(offset);
}

interface Draft {
  readonly spot: HotSpot;
  readonly graph: RegionGraph;
  readonly emitted: EmittedRegion;
}

export class CompiledCode<Services> {
  readonly table: WebAssembly.Table = new WebAssembly.Table({ initial: 1024, element: "anyfunc" });
  readonly #environment: CompilerEnvironment<Services>;
  readonly #entries: EntryTable;
  readonly #links: RegionLinks;
  readonly #sources: SourceEnvironment;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #tables: JumpTables = new JumpTables();
  /** Hot spots by place. */
  readonly #access: Record<RegionImport, CallableFunction>;
  readonly #queue: Map<number, HotSpot> = new Map();
  /** Places of spots that wait. */
  readonly #waiting: Set<number> = new Set();
  readonly #freeSlots: number[] = [];
  /** Slot 0 is never used, so that no handle is 0. */
  #usedSlots = 1;

  /** @param area byte offset in the shared memory of COMPILER_BYTES zeroed bytes */
  constructor(environment: CompilerEnvironment<Services>, area: number) {
    const { memory, instructionSet, traitsOf, isLink } = environment;
    this.#environment = environment;
    this.#view = new DataView(memory.shared.buffer);
    this.#entries = new EntryTable(memory.shared, area);
    this.#links = new RegionLinks(this.#entries);
    this.#access = accessFunctions(environment.layout, memory.shared, environment.refills);
    this.#sources = {
      memory,
      view: this.#view,
      instructionSet,
      entryRows: this.#entries.entryRows,
      targetsOf: (page, offset) => this.#tables.targetsOf(page, offset),
      traitsOf,
      isLink,
    };
  }

  get entryRows(): number {
    return this.#entries.entryRows;
  }

  /** The computed jump at one record was the first one to lead to another. */
  jumped(from: number, to: number): void {
    const { code, isLink } = this.#environment;
    if (isLink(this.#view.getUint8(from + RECORD.rs1))) return;
    const source = code.placeOf(from);
    const target = code.placeOf(to);
    if (source.page === target.page) {
      this.#tables.add(source.page, source.offset, target.offset);
    }
  }

  /** Jumps to a record have made it worth compiling. @param pc its virtual address */
  hot(record: number, pc: bigint): void {
    const { code } = this.#environment;
    const { block, page, offset } = code.placeOf(record);
    if (this.#queue.has(page * PAGE + offset)) {
      this.compilePending();
      return;
    }
    const pages = new Map<number, SourcePage>([[0, { block, page }]]);
    for (const distance of [-1, 1]) {
      const neighbour = this.#environment.fetchedBlock(pc + BigInt(distance * PAGE));
      if (neighbour === undefined) continue;
      pages.set(distance, { block: neighbour, page: code.placeOf(neighbour).page });
    }
    const larger = this.#links.exitingTo(page, offset, TO_GROW);
    if (larger !== undefined) this.#drop(larger);
    const isSecond = this.#waiting.delete(page * PAGE + offset);
    const spot =
      larger === undefined
        ? { page, offset, generation: 0, isSecond, pages }
        : { page, offset: larger.offset, generation: larger.generation + 1, isSecond, pages };
    this.#queue.set(spot.page * PAGE + spot.offset, spot);
    if (larger !== undefined || this.#queue.size >= BATCH) this.compilePending();
    else this.#countAgain(record);
  }

  /** Compiles what has become hot. */
  compilePending(): void {
    if (this.#queue.size === 0) return;
    // The last ones first: loops become hot before the loops around them, which take them in.
    const spots = [...this.#queue.values()].toReversed();
    this.#queue.clear();
    const drafts: Draft[] = [];
    let cells = 0;
    let entries = 0;
    for (const spot of spots) {
      if (drafts.some((draft) => isCovered(spot, draft)) || this.#isCovered(spot)) {
        this.#wait(spot);
        continue;
      }
      const draft = this.#draft(spot, cells);
      if (draft === undefined) continue;
      drafts.push(draft);
      cells += draft.emitted.cells.length;
      entries += draft.emitted.entries.length;
    }
    if (drafts.length === 0) return;
    const { maxInstructions } = this.#environment;
    if (!this.#entries.hasRoom(entries, cells) || this.#links.instructions > maxInstructions) {
      this.dropAll();
    }
    this.#install(drafts, cells);
  }

  /** Bytes of a page change: regions compiled from them end. */
  codeChanged(page: number, from: number, end: number): void {
    for (const region of this.#links.from(page, from, end)) this.#drop(region);
  }

  dropAll(): void {
    this.#queue.clear();
    for (const region of this.#links.all()) this.#drop(region);
    this.#entries.reset();
  }

  /** Whether a region has the instruction at an offset of a page. */
  covers(page: number, offset: number): boolean {
    return this.#links.from(page, offset, offset + 2).length > 0;
  }

  /** Whether a region has the spot in it, which will be reached through its entries next time. */
  #isCovered({ page, offset, isSecond }: HotSpot): boolean {
    return !isSecond && this.#links.from(page, offset, offset + 2).length > 0;
  }

  /** Compiled code has the spot: it gets a second chance, should the interpreter not come out of it. */
  #wait(spot: HotSpot): void {
    const origin = spot.pages.get(0) as SourcePage;
    const record = origin.block + spot.offset * RECORD_BYTES_PER_CODE_BYTE;
    if (this.#view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region) return;
    this.#waiting.add(spot.page * PAGE + spot.offset);
    this.#countAgain(record);
  }

  #countAgain(record: number): void {
    this.#view.setUint16(record + RECORD.use, this.#environment.jumpsToCompile, true);
  }

  #draft(spot: HotSpot, firstCell: number): Draft | undefined {
    const { code, layout, semanticsOf } = this.#environment;
    // Blocks may have been dropped since the spot was found.
    for (const { block, page } of spot.pages.values()) {
      if (code.knownBlock(page) !== block) return undefined;
    }
    const origin = spot.pages.get(0) as SourcePage;
    const record = origin.block + spot.offset * RECORD_BYTES_PER_CODE_BYTE;
    if (this.#view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region) return undefined;
    const graph = discoverRegion(new RegionSource(this.#sources, spot.pages), spot.offset);
    if (graph === undefined) return undefined;
    return { spot, graph, emitted: emitRegion(layout, graph, semanticsOf, firstCell) };
  }

  #install(drafts: readonly Draft[], cellCount: number): void {
    const { memory } = this.#environment;
    const cells = this.#entries.allocateCells(cellCount);
    const slots = this.#allocateSlots(drafts.length);
    const module = new WebAssembly.Module(encodeRegions(drafts.map(({ emitted }) => emitted.f)));
    const instance = new WebAssembly.Instance(module, {
      engine: { memory: memory.shared, regions: this.table, ...this.#access, cells, slots },
    });
    void instance;
    let firstCell = cells;
    for (const [index, draft] of drafts.entries()) {
      this.#link(draft, slots + index, firstCell);
      firstCell += draft.emitted.cells.length * 4;
    }
  }

  #link({ spot, graph, emitted }: Draft, slot: number, firstCell: number): void {
    const { code } = this.#environment;
    const place = (offset: number): SourcePage & { readonly offset: number } => {
      const source = spot.pages.get(pageOf(offset)) as SourcePage;
      return { ...source, offset: offset - pageOf(offset) * PAGE };
    };
    const region = new LinkedRegion(
      spot.page,
      spot.offset,
      spot.generation,
      slot,
      graph.instructions,
    );
    region.addRanges(graph, (offset) => place(offset).page);
    for (const { page, from, end } of region.ranges) code.markCode(page, from, end);
    for (const [index, cell] of emitted.cells.entries()) {
      const address = firstCell + index * 4;
      if (cell.kind === "page") {
        this.#entries.setCell(address, (spot.pages.get(cell.of) as SourcePage).block);
      } else {
        const { page, offset } = place(cell.of);
        this.#links.addExit(region, { page, offset, cell: address, isCall: cell.kind === "call" });
      }
    }
    for (const [entry, offset] of emitted.entries.entries()) {
      const { block, page, offset: inPage } = place(offset);
      const record = block + inPage * RECORD_BYTES_PER_CODE_BYTE;
      if (this.#view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region) continue;
      const handle = (slot << HANDLE_ENTRY_BITS) | entry;
      region.rows.push({ record, row: this.#entries.enter(record, handle), page, offset: inPage });
      this.#links.addEntry(page, inPage, handle);
    }
    this.#links.add(region);
  }

  #drop(region: LinkedRegion): void {
    const { jumpsToCompile } = this.#environment;
    this.#links.remove(region);
    for (const { record, row } of region.rows) this.#entries.leave(record, row, jumpsToCompile);
    this.table.set(region.slot, null);
    this.#freeSlots.push(region.slot);
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
