// Splits groups of replicas by the contents of their pages.
import { areEqualPages, groupEqualPages } from "../memory/compare-pages.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";

/** @returns the groups, split where any of the pages differs, and the first page that split one. */
export function comparePagesOf(
  groups: readonly (readonly number[])[],
  pages: readonly number[],
  frames: FrameSharing,
  shared: WebAssembly.Memory,
): { readonly groups: number[][]; readonly firstPage: number | undefined } {
  const bytes = Buffer.from(shared.buffer);
  let firstPage: number | undefined;
  let current = groups.map((group) => [...group]);
  // HOT: replicas stand still meanwhile, and nearly always all pages are equal (bench: checkpoint pause).
  const equal = Math.min(...groups.map((group) => frames.firstDifference(group, pages)));
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
