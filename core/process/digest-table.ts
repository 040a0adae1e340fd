// Digests of a replica's pages, and how replicas are told apart by them.
import type { PageComparison } from "../coordinator/compare-memory.ts";
import type { ReplicaGroups } from "../coordinator/replica-memories.ts";
import { DIGEST_WORDS, ZERO_DIGEST, type BytesDigester } from "../memory/page-digest.ts";
import type { PageDigests } from "./memory-order.ts";

const wordsAt = (digests: BigUint64Array, index: number): readonly [bigint, bigint] => [
  digests[index * DIGEST_WORDS] ?? 0n,
  digests[index * DIGEST_WORDS + 1] ?? 0n,
];

type Digest = readonly [bigint, bigint];

const ZERO: Digest = wordsAt(ZERO_DIGEST, 0);

const areEqual = (one: Digest | undefined, other: Digest | undefined): boolean =>
  one !== undefined && other !== undefined && one[0] === other[0] && one[1] === other[1];

export class DigestTable {
  readonly #digests = new Map<number, Digest>();
  readonly #isWhole: boolean;

  /** @param isWhole pages that are not in it are zero */
  constructor(digests?: PageDigests, isWhole = false) {
    this.#isWhole = isWhole;
    if (digests !== undefined) this.add(digests);
  }

  get pages(): readonly number[] {
    return [...this.#digests.keys()];
  }

  add({ pages, digests }: PageDigests): void {
    for (const [index, page] of pages.entries()) this.#digests.set(page, wordsAt(digests, index));
  }

  has(page: number): boolean {
    return this.#digests.has(page);
  }

  /** Undefined where nothing is known of the page. */
  at(page: number): Digest | undefined {
    return this.#digests.get(page) ?? (this.#isWhole ? ZERO : undefined);
  }

  /** Whether these bytes are what the page is said to be. */
  isAt(page: number, digester: BytesDigester, bytes: Uint8Array): boolean {
    return areEqual(this.at(page), wordsAt(digester.digest(bytes), 0));
  }

  /** Pages in which the two are not known to be equal, ascending. */
  differingFrom(other: DigestTable): number[] {
    const pages = new Set([...this.#digests.keys(), ...other.#digests.keys()]);
    return [...pages]
      .filter((page) => !areEqual(this.at(page), other.at(page)))
      .sort((a, b) => a - b);
  }

  /** As `differingFrom`, among the pages that both know. */
  contradicting(other: DigestTable): number[] {
    return this.differingFrom(other).filter((page) => this.has(page) && other.has(page));
  }
}

/**
 * Splits groups of replicas by their pages' digests.
 * @param isPartial only pages that both replicas know can tell them apart
 */
export function splitByDigests(
  groups: ReplicaGroups,
  tables: ReadonlyMap<number, DigestTable>,
  isPartial = false,
): PageComparison {
  let firstPage: number | undefined;
  const split = groups.flatMap((group) => {
    const parts: number[][] = [];
    for (const replica of group) {
      const own = tables.get(replica) ?? new DigestTable();
      const part = parts.find(([representative = -1]) => {
        const other = tables.get(representative) ?? new DigestTable();
        const [page] = isPartial ? other.contradicting(own) : other.differingFrom(own);
        if (page !== undefined) firstPage = Math.min(firstPage ?? page, page);
        return page === undefined;
      });
      if (part === undefined) parts.push([replica]);
      else part.push(replica);
    }
    return parts;
  });
  return { groups: split, firstPage };
}
