// Splits groups of replicas by the contents of their pages.
import { groupEqualPages } from "../memory/compare-pages.ts";
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
  for (const page of pages) {
    const split = current.flatMap((group) => {
      const offsets = group.map((replica) => frames.offsetIn(replica, page));
      return groupEqualPages(bytes, offsets).map((members) =>
        members.map((index) => group[index] ?? -1),
      );
    });
    if (split.length > current.length) firstPage ??= page;
    current = split;
  }
  return { groups: current, firstPage };
}
