// A compiled region as plain data: all that it takes to link it, in the replica that compiled it or in another one.
import type { CodeRange } from "./code-range.ts";
import { pageOf } from "./discover-region.ts";
import type { RegionCell } from "./region-exits.ts";
import type { Block, RegionGraph } from "./region-graph.ts";

const PAGE = 4096;

export interface RegionPlan {
  /** Page of RAM and offset in it of the instruction that it was compiled for. */
  readonly page: number;
  readonly offset: number;
  /** How often it was compiled again. */
  readonly generation: number;
  readonly instructions: number;
  /** Pages of RAM that it uses, by their distance from the first. */
  readonly pages: ReadonlyMap<number, number>;
  /** Where it may be entered: offsets from the start of the first page, as in cells. */
  readonly entries: readonly number[];
  readonly cells: readonly RegionCell[];
  readonly ranges: readonly CodeRange[];
  /** The bytes of its ranges one after the other, as they were translated. */
  readonly source: Uint8Array;
}

/** Several regions compiled into one module: its functions in this order. */
export interface RegionBatch {
  readonly module: WebAssembly.Module;
  readonly regions: readonly RegionPlan[];
}

/** @param pages pages of RAM around the origin, by distance */
export function planRegion(
  graph: RegionGraph,
  origin: Pick<RegionPlan, "page" | "offset" | "generation">,
  pages: ReadonlyMap<number, number>,
  { entries, cells }: Pick<RegionPlan, "entries" | "cells">,
): RegionPlan {
  const ranges: CodeRange[] = [];
  const used = new Map<number, number>();
  for (const block of graph.blocks) {
    for (const distance of block.pages) used.set(distance, pages.get(distance) as number);
    // The instruction that ends a block by leaving is not in it, but what follows depends on nothing of it.
    for (let from = block.offset; from < block.end;) {
      const distance = pageOf(from);
      const end = Math.min(block.end, (distance + 1) * PAGE);
      const inPage = from - distance * PAGE;
      ranges.push({
        page: pages.get(distance) as number,
        from: inPage,
        end: inPage + end - from,
      });
      from = end;
    }
  }
  const { page, offset, generation } = origin;
  const { instructions } = graph;
  const source = sourceOf(graph.blocks);
  return { page, offset, generation, instructions, pages: used, entries, cells, ranges, source };
}

/**
 * Made of the instruction words that were translated, not of memory: whoever compares it with its own memory checks what
 * the code does.
 */
function sourceOf(blocks: readonly Block[]): Uint8Array {
  const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.end - block.offset, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { instructions } of blocks) {
    for (const { word, length } of instructions) {
      if (length === 2) view.setUint16(at, word & 0xffff, true);
      else view.setUint32(at, word, true);
      at += length;
    }
  }
  return bytes;
}
