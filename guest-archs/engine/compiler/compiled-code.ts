// The compiled code of one replica's processor: what is hot becomes regions, compiled here or adopted from another
// replica, and whatever they were compiled from is watched.
// DETERMINISM: what is compiled when never shows in guest state; a region executes the steps the interpreter would.
import type { CodeExchange } from "../../../core/index.ts";
import type { InstructionSet } from "../code-cache.ts";
import type { StateLayout } from "../interpreter-frame.ts";
import { PSEUDO_OP, RECORD, RECORD_BYTES_PER_CODE_BYTE, RECORD_USE } from "../record-layout.ts";
import type { Semantics, ShadowUse } from "../semantics.ts";
import { AdoptedCode, type WantedSpot } from "./adopted-code.ts";
import { discoverRegion } from "./discover-region.ts";
import { emitRegion, type EmittedRegion } from "./emit-region.ts";
import type { OperationTraits } from "./operation-traits.ts";
import type { RegionGraph } from "./region-graph.ts";
import { JumpTables } from "./jump-tables.ts";
import { entriesOf, type LinkerEnvironment, RegionLinker } from "./region-linker.ts";
import { encodeRegions } from "./region-module.ts";
import { planRegion } from "./region-plan.ts";
import { RegionSource, type SourceEnvironment, type SourcePage } from "./region-source.ts";

/**
 * Hot instructions that are compiled into one module: a module costs as much as many instructions. An instruction to
 * which as many jumps lead while it waits as before does not wait for others.
 */
const BATCH = 32;
/** Instructions in a module, roughly: more would hold up the guest for more than some milliseconds. */
const MAX_BATCH_INSTRUCTIONS = 500;
/** Regions that are compiled again, so often, when a way out of them has become hot. */
const TO_GROW = { instructions: 300, generations: 4 } as const;
/** A spot that another replica has claimed is compiled here when it became hot again so often: the other may be dead. */
const PATIENCE = 6;
const PAGE = 4096;

export interface CompilerEnvironment<Services> extends LinkerEnvironment {
  readonly layout: StateLayout;
  readonly instructionSet: InstructionSet;
  /** Compiled code of other replicas; undefined where each compiles its own. */
  readonly exchange: CodeExchange | undefined;
  semanticsOf(op: number): (x: Semantics<Services>) => void;
  traitsOf(op: number): OperationTraits;
  /** What of the shadow the semantics use; undefined for nothing. */
  readonly shadow?: ShadowUse | undefined;
  /** Whether a slot holds return addresses by convention. */
  isLink(slot: number): boolean;
  /** Block of records that the current hart's fetch TLB has for a virtual page, if any. */
  fetchedBlock(address: bigint): number | undefined;
}

/** A hot instruction and the pages around it, as they were mapped then. */
interface HotSpot extends WantedSpot {
  /** Record of the instruction that was hot. */
  readonly record: number;
}

/** Whether a draft takes a spot in. */
function isCovered({ page, offset }: HotSpot, { spot, graph }: Draft): boolean {
  return page === spot.page && graph.byPlace.has(offset);
}

interface Draft {
  readonly spot: HotSpot;
  readonly graph: RegionGraph;
  readonly emitted: EmittedRegion;
}

export class CompiledCode<Services> {
  readonly #environment: CompilerEnvironment<Services>;
  readonly #linker: RegionLinker;
  readonly #adopted: AdoptedCode | undefined;
  readonly #sources: SourceEnvironment;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #tables: JumpTables = new JumpTables();
  /** Hot spots by place. */
  readonly #queue: Map<number, HotSpot> = new Map();
  /** Places of spots that wait for a region around them to be used. */
  readonly #waiting: Set<number> = new Set();
  /** How often spots that others have claimed became hot, by place. */
  readonly #awaited: Map<number, number> = new Map();

  /** @param area byte offset in the shared memory of COMPILER_BYTES zeroed bytes */
  constructor(environment: CompilerEnvironment<Services>, area: number) {
    const { memory, instructionSet, traitsOf, isLink, exchange } = environment;
    this.#environment = environment;
    this.#view = new DataView(memory.shared.buffer);
    this.#linker = new RegionLinker(environment, environment.layout, area);
    if (exchange !== undefined) {
      this.#adopted = new AdoptedCode(exchange, environment, this.#linker);
    }
    this.#sources = {
      memory,
      view: this.#view,
      instructionSet,
      targetsOf: (page, offset) => this.#tables.targetsOf(page, offset),
      traitsOf,
      isLink,
    };
  }

  get table(): WebAssembly.Table {
    return this.#linker.table;
  }

  get entryRows(): number {
    return this.#linker.entries.entryRows;
  }

  /** Jumps until an instruction that was just decoded is worth compiling; 0 for never. */
  jumpsTo(page: number, offset: number): number {
    const { jumpsToCompile } = this.#environment;
    if (jumpsToCompile === 0 || this.#adopted === undefined) return jumpsToCompile;
    return this.#adopted.jumpsTo(page, offset, jumpsToCompile);
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
    const { page, offset } = this.#environment.code.placeOf(record);
    if (this.#queue.has(page * PAGE + offset)) {
      this.compilePending();
      return;
    }
    const spot = this.#spotAt(record, pc);
    switch (this.#adopted?.adopt(spot)) {
      case "linked":
        this.#awaited.delete(placeOf(spot));
        return;
      case "later":
        if (this.#await(spot)) return;
        break;
      default:
    }
    this.#queue.set(placeOf(spot), spot);
    if (spot.replaces !== undefined || this.#queue.size >= BATCH) this.compilePending();
    else this.#countAgain(record);
  }

  /** Compiles what has become hot. */
  compilePending(): void {
    if (this.#queue.size === 0) return;
    // The last ones first: loops become hot before the loops around them, which take them in.
    const spots = [...this.#queue.values()].toReversed();
    this.#queue.clear();
    const claimed: HotSpot[] = [];
    const drafts: Draft[] = [];
    let cells = 0;
    let instructions = 0;
    for (const spot of spots) {
      if (instructions >= MAX_BATCH_INSTRUCTIONS) {
        this.#queue.set(placeOf(spot), spot);
        continue;
      }
      const { replaces } = spot;
      // A region that was taken over meanwhile may have made it an entry.
      if (replaces === undefined && this.#isEntry(spot.record)) continue;
      if (!this.#claim(spot)) continue;
      claimed.push(spot);
      // Whoever had the claim before has published.
      if (this.#adopted?.adopt(spot) === "linked") continue;
      if (replaces !== undefined && this.#linker.links.has(replaces)) this.#linker.drop(replaces);
      if (drafts.some((draft) => isCovered(spot, draft)) || this.#isCovered(spot)) {
        this.#wait(spot);
        continue;
      }
      const draft = this.#draft(spot, cells);
      if (draft === undefined) continue;
      drafts.push(draft);
      cells += draft.emitted.cells.length;
      instructions += draft.graph.instructions;
    }
    if (drafts.length > 0) this.#install(drafts, cells);
    for (const spot of claimed) this.#adopted?.release(spot);
  }

  /** Bytes of a page change: regions compiled from them end. */
  codeChanged(page: number, from: number, end: number): void {
    for (const region of this.#linker.links.from(page, from, end)) this.#linker.drop(region);
  }

  dropAll(): void {
    this.#queue.clear();
    this.#waiting.clear();
    this.#awaited.clear();
    this.#tables.clear();
    this.#linker.dropAll();
    this.#adopted?.dropAll();
    this.#linker.forgetSlots();
  }

  #spotAt(record: number, pc: bigint): HotSpot {
    const { code, fetchedBlock } = this.#environment;
    const { block, page, offset } = code.placeOf(record);
    const pages = new Map<number, SourcePage>([[0, { block, page }]]);
    for (const distance of [-1, 1]) {
      const neighbour = fetchedBlock(pc + BigInt(distance * PAGE));
      if (neighbour === undefined) continue;
      pages.set(distance, { block: neighbour, page: code.placeOf(neighbour).page });
    }
    const isSecond = this.#waiting.delete(page * PAGE + offset);
    const replaces = this.#linker.links.exitingTo(page, offset, TO_GROW);
    const common = { record, page, isSecond, pages, replaces };
    if (replaces === undefined) return { ...common, offset, generation: 0 };
    const { plan } = replaces;
    return { ...common, offset: plan.offset, generation: plan.generation + 1 };
  }

  /** @returns false when another replica compiles it, which is waited for. */
  #claim(spot: HotSpot): boolean {
    if (this.#adopted === undefined) return true;
    const isForced = (this.#awaited.get(placeOf(spot)) ?? 0) >= PATIENCE;
    if (!this.#adopted.claim(spot, isForced)) return !this.#await(spot);
    this.#awaited.delete(placeOf(spot));
    return true;
  }

  /** The interpreter goes on with a spot for a while. @returns false when that was done often enough. */
  #await(spot: HotSpot): boolean {
    const place = placeOf(spot);
    const times = this.#awaited.get(place) ?? 0;
    if (times >= PATIENCE) return false;
    this.#awaited.set(place, times + 1);
    this.#countAgain(spot.record, times);
    return true;
  }

  #isEntry(record: number): boolean {
    return this.#view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region;
  }

  /** Whether a region has the instruction at an offset of a page. */
  covers(page: number, offset: number): boolean {
    return this.#linker.links.from(page, offset, offset + 2).length > 0;
  }

  /** Whether a region has the spot in it, which will be reached through its entries next time. */
  #isCovered({ page, offset, isSecond }: HotSpot): boolean {
    return !isSecond && this.#linker.links.from(page, offset, offset + 2).length > 0;
  }

  /** Compiled code has the spot: it gets a second chance, should the interpreter not come out of it. */
  #wait(spot: HotSpot): void {
    const origin = spot.pages.get(0) as SourcePage;
    const record = origin.block + spot.offset * RECORD_BYTES_PER_CODE_BYTE;
    if (this.#isEntry(record)) return;
    this.#waiting.add(spot.page * PAGE + spot.offset);
    this.#countAgain(record);
  }

  /** Of an entry the field says which one it is. */
  #countAgain(record: number, doublings = 0): void {
    if (this.#isEntry(record)) return;
    const jumps = this.#environment.jumpsToCompile * 2 ** doublings;
    this.#view.setUint16(record + RECORD.use, Math.min(jumps, RECORD_USE.firstRow - 1), true);
  }

  #draft(spot: HotSpot, firstCell: number): Draft | undefined {
    const { code, layout, semanticsOf, shadow } = this.#environment;
    // Blocks may have been dropped since the spot was found.
    for (const { block, page } of spot.pages.values()) {
      if (code.knownBlock(page) !== block) return undefined;
    }
    const origin = spot.pages.get(0) as SourcePage;
    const record = origin.block + spot.offset * RECORD_BYTES_PER_CODE_BYTE;
    if (this.#view.getUint16(record + RECORD.op, true) === PSEUDO_OP.region) return undefined;
    const graph = discoverRegion(new RegionSource(this.#sources, spot.pages), spot.offset);
    if (graph === undefined) return undefined;
    return { spot, graph, emitted: emitRegion(layout, graph, semanticsOf, firstCell, shadow) };
  }

  #install(drafts: readonly Draft[], cells: number): void {
    const regions = drafts.map(({ spot, graph, emitted }) => {
      const pages = new Map(Array.from(spot.pages, ([distance, { page }]) => [distance, page]));
      return planRegion(graph, spot, pages, emitted);
    });
    if (!this.#linker.hasRoom(entriesOf(regions), cells)) this.dropAll();
    const module = new WebAssembly.Module(encodeRegions(drafts.map(({ emitted }) => emitted.f)));
    const batch = { module, regions };
    this.#adopted?.publish(batch);
    const loaded = this.#linker.load(batch);
    for (const index of regions.keys()) this.#linker.link(batch, index, loaded);
  }
}

function placeOf({ page, offset }: HotSpot): number {
  return page * PAGE + offset;
}
