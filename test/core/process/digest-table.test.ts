import { describe, expect, it } from "vitest";
import { BytesDigester, ZERO_DIGEST } from "../../../core/memory/page-digest.ts";
import { DigestTable, splitByDigests } from "../../../core/process/digest-table.ts";

/** Page number, and a number that stands for its contents. */
type Page = readonly [page: number, contents: number];

function table(pages: readonly Page[], isWhole = false): DigestTable {
  const digests = BigUint64Array.from(pages.flatMap(([, contents]) => [BigInt(contents), 1n]));
  return new DigestTable(
    { pages: Uint32Array.from(pages.map(([page]) => page)), digests },
    isWhole,
  );
}

describe("DigestTable", () => {
  it("finds pages that are not known to be equal", () => {
    const one = table([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(
      one.differingFrom(
        table([
          [1, 10],
          [2, 21],
          [4, 40],
        ]),
      ),
    ).toEqual([2, 3, 4]);
    expect(
      one.contradicting(
        table([
          [1, 10],
          [2, 21],
          [4, 40],
        ]),
      ),
    ).toEqual([2]);
    expect(
      one.differingFrom(
        table([
          [3, 30],
          [2, 20],
          [1, 10],
        ]),
      ),
    ).toEqual([]);
  });

  it("takes what a whole memory lacks for zeros", () => {
    const zeros = new DigestTable({ pages: Uint32Array.of(5), digests: ZERO_DIGEST }, true);
    expect(table([], true).differingFrom(zeros)).toEqual([]);
    expect(table([], true).differingFrom(table([[5, 1]], true))).toEqual([5]);
  });

  it("tells whether bytes are what a page is said to be", () => {
    const digester = new BytesDigester();
    const page = new Uint8Array(4096).fill(3);
    const digests = BigUint64Array.from(digester.digest(page));
    const known = new DigestTable({ pages: Uint32Array.of(7), digests });
    expect(known.isAt(7, digester, page)).toBe(true);
    expect(known.isAt(8, digester, page)).toBe(false);
    page[4095] = 4;
    expect(known.isAt(7, digester, page)).toBe(false);
  });

  it("takes in more", () => {
    const known = table([[1, 10]]);
    known.add({ pages: Uint32Array.of(9), digests: BigUint64Array.of(90n, 1n) });
    expect([known.pages, known.has(9), known.has(2)]).toEqual([[1, 9], true, false]);
  });
});

describe("splitByDigests", () => {
  it("puts together who has the same pages, and names the first that differs", () => {
    const tables = new Map([
      [
        0,
        table([
          [1, 10],
          [2, 20],
        ]),
      ],
      [
        1,
        table([
          [1, 10],
          [2, 21],
        ]),
      ],
      [
        2,
        table([
          [1, 10],
          [2, 20],
        ]),
      ],
      [
        3,
        table([
          [1, 11],
          [2, 20],
        ]),
      ],
    ]);
    expect(splitByDigests([[0, 1, 2]], tables)).toEqual({ groups: [[0, 2], [1]], firstPage: 2 });
    expect(
      splitByDigests(
        [
          [0, 2],
          [1, 3],
        ],
        tables,
      ),
    ).toEqual({
      groups: [[0, 2], [1], [3]],
      firstPage: 1,
    });
    expect(splitByDigests([[2, 0]], tables)).toEqual({ groups: [[2, 0]], firstPage: undefined });
  });

  it("compares only what both know where it is told so", () => {
    const tables = new Map([
      [0, table([[1, 10]])],
      [1, table([[2, 20]])],
      [2, table([[1, 11]])],
    ]);
    expect(splitByDigests([[0, 1]], tables, true).groups).toEqual([[0, 1]]);
    expect(splitByDigests([[0, 1]], tables).groups).toEqual([[0], [1]]);
    expect(splitByDigests([[0, 2]], tables, true).groups).toEqual([[0], [2]]);
  });
});
