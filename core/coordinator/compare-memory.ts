// Splits groups of replicas by the contents of their pages.
import { areEqualPages, groupEqualPages } from "../memory/compare-pages.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { PageComparer } from "./page-comparer.ts";

export interface PageComparison {
  /** Split where any of the pages differs. */
  readonly groups: number[][];
  /** The first page that split one. */
  readonly firstPage: number | undefined;
}

type Groups = readonly (readonly number[])[];

/** Pages of two replicas that fit into a processor's own cache together. */
const BLOCK = 32;

/** Fewer are compared before another thread is awake. */
const WORTH_SHARING = 1024;

/**
 * As `compareInTurns`; where there is much to compare and the replicas are all alike so far, another thread takes half of
 * it. What it does not find equal is compared here.
 */
export function compareInHalves(
  starts: readonly Groups[],
  pages: readonly number[],
  frames: FrameSharing,
  shared: WebAssembly.Memory,
  comparer: PageComparer | undefined,
): PageComparison[] {
  const here = (groups: readonly Groups[], list: readonly number[]): PageComparison[] =>
    compareInTurns(groups, list, frames, shared);
  const [group = []] = starts[0] ?? [];
  const isAlike = starts.every((groups) => groups.length === 1);
  if (comparer === undefined || pages.length < WORTH_SHARING || !isAlike || group.length < 2) {
    return here(starts, pages);
  }
  const half = pages.length >>> 1;
  const maps = group.map((replica) => frames.mapOffset(replica));
  if (!comparer.begin(pages, half, maps)) return here(starts, pages);
  const first = here(starts, pages.slice(0, half));
  if (comparer.end()) return first;
  const groups = first.map((comparison) => comparison.groups);
  return here(groups, pages.slice(half)).map((rest, index) => ({
    groups: rest.groups,
    firstPage: first[index]?.firstPage ?? rest.firstPage,
  }));
}

/**
 * Several evaluations of the same comparison, each from groups of its own, in turns over small blocks of pages.
 * HOT: what the first one fetches from memory, which is what takes the time, the others find in the cache (bench:
 * checkpoint pause).
 */
export function compareInTurns(
  starts: readonly Groups[],
  pages: readonly number[],
  frames: FrameSharing,
  shared: WebAssembly.Memory,
): PageComparison[] {
  const results: PageComparison[] = starts.map((groups) =>
    comparePagesOf(groups, [], frames, shared),
  );
  for (let from = 0; from < pages.length; from += BLOCK) {
    const block = pages.slice(from, from + BLOCK);
    for (const [index, before] of results.entries()) {
      const { groups, firstPage } = comparePagesOf(before.groups, block, frames, shared);
      results[index] = { groups, firstPage: before.firstPage ?? firstPage };
    }
  }
  return results;
}

export function comparePagesOf(
  groups: Groups,
  pages: readonly number[],
  frames: FrameSharing,
  shared: WebAssembly.Memory,
): PageComparison {
  let firstPage: number | undefined;
  let current = groups.map((group) => [...group]);
  // HOT: replicas stand still meanwhile, and nearly always all pages are equal (bench: checkpoint pause).
  const equal = Math.min(...groups.map((group) => frames.firstDifference(group, pages)));
  if (equal >= pages.length) return { groups: current, firstPage };
  const bytes = Buffer.from(shared.buffer);
  for (const page of pages.slice(equal)) {
    if (current.every((group) => isUniform(group, page, frames, bytes))) continue;
    firstPage ??= page;
    current = current.flatMap((group) => {
      const offsets = group.map((replica) => frames.offsetIn(replica, page));
      return groupEqualPages(bytes, offsets).map((members) =>
        members.map((index) => group[index] ?? -1),
      );
    });
  }
  return { groups: current, firstPage };
}

function isUniform(
  group: readonly number[],
  page: number,
  frames: FrameSharing,
  bytes: Buffer,
): boolean {
  const first = frames.offsetIn(group[0] ?? -1, page);
  for (let index = 1; index < group.length; index++) {
    if (!areEqualPages(bytes, first, frames.offsetIn(group[index] ?? -1, page))) return false;
  }
  return true;
}
