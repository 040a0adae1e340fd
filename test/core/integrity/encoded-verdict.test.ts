import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  A,
  decodeVerdict,
  encodeVerdict,
  saysAgreed,
  SIGNATURES,
  type VerdictKind,
} from "../../../core/integrity/encoded-verdict.ts";

const KINDS = ["agreed", "outvoted", "undecided"] as const satisfies readonly VerdictKind[];
const kind = fc.constantFrom(...KINDS);
const epoch = fc.nat(2 ** 40);

/** Digits other than 0 of the non-adjacent form: bits in which words that differ by this do differ at least. */
function weightOf(difference: number): number {
  let weight = 0;
  for (let rest = Math.abs(difference); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 0) continue;
    weight++;
    rest -= 2 - (rest % 4);
  }
  return weight;
}

describe("an encoded verdict", () => {
  it("says what it was made of, on its epoch, where both evaluations say it", () => {
    fc.assert(
      fc.property(epoch, kind, kind, (of, one, other) => {
        const verdict = encodeVerdict(of, one, other);
        expect(saysAgreed(verdict, of)).toBe(one === "agreed" && other === "agreed");
        expect(decodeVerdict(verdict, of)).toBe(one === other ? one : undefined);
        expect(saysAgreed(verdict, of + 1)).toBe(false);
      }),
    );
  });

  it("is at least six bits away from every other verdict in each word, and from other epochs", () => {
    for (const signatures of SIGNATURES) {
      const values = KINDS.map((one) => signatures[one]);
      expect(Math.max(...values)).toBeLessThan(A);
      for (const [index, one] of values.entries()) {
        for (const other of values.slice(index + 1)) {
          expect(weightOf(one - other)).toBeGreaterThanOrEqual(6);
        }
      }
    }
    let least = Infinity;
    for (let epochs = 1; epochs < 0x10000; epochs++) {
      least = Math.min(least, weightOf(A * epochs));
    }
    expect(least).toBe(6);
  });

  it("is turned into agreement by no five flipped bits of a word", () => {
    const bits = fc.uniqueArray(fc.nat(31), { maxLength: 5 });
    fc.assert(
      fc.property(epoch, kind, bits, bits, (of, before, one, other) => {
        fc.pre(before !== "agreed");
        const verdict = encodeVerdict(of, before, before);
        const flip = (word: number, places: readonly number[]): number =>
          places.reduce((value, bit) => (value ^ (1 << bit)) >>> 0, word);
        const struck = { first: flip(verdict.first, one), second: flip(verdict.second, other) };
        expect(saysAgreed(struck, of)).toBe(false);
        expect([before, undefined]).toContain(decodeVerdict(struck, of));
      }),
    );
  });
});
