import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashChain, type Links } from "../../../core/integrity/hash-chain.ts";

const seals = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 3, maxLength: 20 });
const linksOf = (list: readonly number[]): Links => ({
  length: list.length,
  sealAt: (place) => list[place] ?? 0,
});

/** @param dropped links that have gone again */
function chainOf(list: readonly number[], dropped = 0): HashChain {
  const chain = new HashChain();
  for (const seal of list) chain.append(seal);
  chain.dropOldest(dropped);
  return chain;
}

describe("a chain of hashes", () => {
  it("finds in place what was appended, from any place to any other", () => {
    fc.assert(
      fc.property(seals, fc.nat(), fc.nat(), fc.nat(), (list, drop, start, end) => {
        const dropped = drop % list.length;
        const kept = list.slice(dropped);
        const [from, to] = [start % kept.length, end % (kept.length + 1)];
        expect(chainOf(list, dropped).verify(linksOf(kept), from, to)).toBe(0);
      }),
    );
  });

  it("misses a link that changed, is gone, or stands elsewhere", () => {
    fc.assert(
      fc.property(seals, fc.nat(), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (list, at, mask) => {
        const place = at % list.length;
        const changed = list.with(place, ((list[place] ?? 0) ^ mask) >>> 0);
        expect(chainOf(list).verify(linksOf(changed))).toBeUndefined();
        expect(chainOf(list).verify(linksOf(list.toSpliced(place, 1)))).toBeUndefined();
        const moved = [...list.slice(1), list[0] ?? 0];
        fc.pre(moved.some((seal, index) => seal !== list[index]));
        expect(chainOf(list).verify(linksOf(moved))).toBeUndefined();
      }),
    );
  });

  it("puts a damaged digest right, its last one's second copy and its start included", () => {
    fc.assert(
      fc.property(seals, fc.nat(), fc.nat(255), fc.boolean(), (list, at, bit, isDropped) => {
        const dropped = isDropped ? 1 : 0;
        const links = linksOf(list.slice(dropped));
        const chain = chainOf(list, dropped);
        const place = at % chain.digests.length;
        const digest = chain.digests[place];
        if (digest !== undefined) digest[bit >>> 3] = (digest[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(chain.verify(links)).toBe(1);
        expect(chain.verify(links)).toBe(0);
      }),
    );
  });

  it("is not misled by a digest that was damaged before the place it starts from", () => {
    const list = [1, 2, 3, 4, 5];
    const chain = chainOf(list);
    chain.digests[1]?.fill(7);
    expect(chain.verify(linksOf(list), 2, 4)).toBe(1);
    expect(chain.verify(linksOf(list), 2, 4)).toBe(0);
  });

  it("does not go on from a last digest that was damaged before a link was appended", () => {
    const list = [1, 2, 3];
    const chain = chainOf(list);
    chain.digests[3]?.fill(7);
    chain.append(4);
    // The links cannot be told from others any more: that is a reason to stop.
    expect(chain.verify(linksOf([...list, 4]))).toBeUndefined();
  });
});
