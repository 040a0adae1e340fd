// Compares pages of several replicas byte for byte (the host's vectorised memcmp, through Buffer).
import { PAGE_BYTES } from "../api/guest-memory.ts";

export const areEqualPages = (bytes: Buffer, a: number, b: number): boolean =>
  a === b || bytes.compare(bytes, b, b + PAGE_BYTES, a, a + PAGE_BYTES) === 0;

/**
 * @param offsets byte offsets in the shared memory of one page as each replica sees it
 * @returns indices of `offsets` grouped by equal contents, in order of first appearance
 */
export function groupEqualPages(bytes: Buffer, offsets: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const [index, offset] of offsets.entries()) {
    const group = groups.find((members) =>
      areEqualPages(bytes, offset, offsets[members[0] ?? 0] ?? 0),
    );
    if (group === undefined) groups.push([index]);
    else group.push(index);
  }
  return groups;
}
