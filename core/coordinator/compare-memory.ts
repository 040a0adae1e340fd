// Splits groups of replicas by the contents of their pages.
import { areEqualPages, groupEqualPages } from "../memory/compare-pages.ts";
import type { ComparedPages } from "../memory/compared-pages.ts";

export interface PageComparison {
  /** Split where any of the pages differs. */
  readonly groups: number[][];
  /** The first page that split one. */
  readonly firstPage: number | undefined;
}

type Groups = readonly (readonly number[])[];

/** Pages of two replicas that fit into a processor's own cache together. */
const BLOCK = 32;

/**
 * Several evaluations of the same comparison, each from groups of its own, in turns over small blocks of pages.
 * HOT: what the first one fetches from memory, which is what takes the time, the others find in the cache (bench:
 * checkpoint pause).
 */
export function compareInTurns(
  starts: readonly Groups[],
  pages: readonly number[],
  compared: ComparedPages,
  shared: WebAssembly.Memory,
): PageComparison[] {
  const results: PageComparison[] = starts.map((groups) =>
    comparePagesOf(groups, [], compared, shared),
  );
  for (let from = 0; from < pages.length; from += BLOCK) {
    const block = pages.slice(from, from + BLOCK);
    for (const [index, before] of results.entries()) {
      const { groups, firstPage } = comparePagesOf(before.groups, block, compared, shared);
      results[index] = { groups, firstPage: before.firstPage ?? firstPage };
    }
  }
  return results;
}

export function comparePagesOf(
  groups: Groups,
  pages: readonly number[],
  compared: ComparedPages,
  shared: WebAssembly.Memory,
): PageComparison {
  let firstPage: number | undefined;
  let current = groups.map((group) => [...group]);
  // HOT: replicas stand still meanwhile, and nearly always all pages are equal (bench: checkpoint pause).
  const equal = Math.min(...groups.map((group) => compared.firstDifference(group, pages)));
  if (equal >= pages.length) return { groups: current, firstPage };
  const bytes = Buffer.from(shared.buffer);
  for (const page of pages.slice(equal)) {
    if (current.every((group) => isUniform(group, page, compared, bytes))) continue;
    firstPage ??= page;
    current = current.flatMap((group) => {
      const offsets = group.map((replica) => compared.offsetIn(replica, page));
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
  compared: ComparedPages,
  bytes: Buffer,
): boolean {
  const first = compared.offsetIn(group[0] ?? -1, page);
  for (let index = 1; index < group.length; index++) {
    if (!areEqualPages(bytes, first, compared.offsetIn(group[index] ?? -1, page))) return false;
  }
  return true;
}
