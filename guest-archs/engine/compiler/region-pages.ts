// Regions across page borders: virtually neighbouring pages need not be neighbours in memory, and a mapping may change
// between two runs of a region. Before it goes to another page, a region makes sure, once each time it is entered, that the
// fetch TLB still leads to the block of records that it was compiled from.
import { TLB, TLB_ENTRY } from "../record-layout.ts";
import type { RegionExits } from "./region-exits.ts";
import { CELLS_GLOBAL, type RegionFrame } from "./region-frame.ts";
import type { Block } from "./region-graph.ts";
import type { RegionPath } from "./region-path.ts";
import type { RegisterSet } from "./register-set.ts";

const PAGE = 4096;

export class RegionPages {
  readonly #frame: RegionFrame;
  readonly #exits: RegionExits;
  readonly #path: RegionPath | undefined;
  /** None where all blocks are in one page. */
  readonly #pages: readonly number[];

  constructor(
    frame: RegionFrame,
    exits: RegionExits,
    blocks: readonly Block[],
    path: RegionPath | undefined,
  ) {
    this.#frame = frame;
    this.#exits = exits;
    this.#path = path;
    const pages = new Set(blocks.flatMap((block) => block.pages));
    this.#pages = pages.size > 1 ? [...pages] : [];
  }

  /** Whoever enters a region has fetched the page of the entry. */
  enter(entry: Block): void {
    if (this.#pages.length === 0) return;
    let bits = 0;
    for (const page of entry.pages) bits |= this.#bit(page);
    this.#frame.f.i32(bits);
    this.#frame.f.set(this.#frame.checked);
  }

  /** Pages of a block that its predecessor does not lie in. */
  unchecked(from: Block, to: Block): readonly number[] {
    if (this.#pages.length === 0) return [];
    return to.pages.filter((page) => !from.pages.includes(page));
  }

  /** On the way to an offset in the page. Parameters as for RegionExits. */
  check(page: number, target: number, registers: RegisterSet, spent: number): void {
    const frame = this.#frame;
    const { f } = frame;
    const bit = this.#bit(page);
    f.get(frame.checked);
    f.i32(bit);
    f.op("i32And");
    f.op("i32Eqz");
    f.if(undefined, false);
    frame.pushAddress(page * PAGE);
    f.set(frame.pc);
    this.#exits.pushFetchEntry();
    f.tee(frame.entry);
    f.memory("i64Load", TLB.fetch + TLB_ENTRY.tag);
    f.get(frame.pc);
    f.op("i64Ne");
    f.get(frame.entry);
    f.memory("i32Load", TLB.fetch + TLB_ENTRY.addend);
    f.getGlobal(CELLS_GLOBAL);
    f.memory("i32Load", this.#exits.cell("page", page));
    f.op("i32Ne");
    f.op("i32Or");
    f.if(undefined, false);
    frame.pushAddress(target);
    f.set(frame.pc);
    this.#path?.goesOutside();
    this.#exits.indirect(registers, spent);
    f.end();
    f.get(frame.checked);
    f.i32(bit);
    f.op("i32Or");
    f.set(frame.checked);
    f.end();
  }

  #bit(page: number): number {
    return 1 << this.#pages.indexOf(page);
  }
}
