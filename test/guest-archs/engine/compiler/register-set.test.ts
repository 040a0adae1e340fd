import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contains,
  including,
  isRegister,
  NO_REGISTERS,
  type RegisterSet,
  slotsOf,
  union,
  without,
} from "../../../../guest-archs/engine/compiler/register-set.ts";

const SLOTS = fc.uniqueArray(fc.nat(64).filter(isRegister));
const setOf = (slots: readonly number[]): RegisterSet => slots.reduce(including, NO_REGISTERS);
const sorted = (slots: Iterable<number>): number[] => [...slots].toSorted((a, b) => a - b);

describe("sets of registers", () => {
  it("hold neither zero, nor the sink, nor state words", () => {
    expect([0, 32, 65, 100].map((slot) => including(NO_REGISTERS, slot))).toEqual(
      Array.from({ length: 4 }, () => NO_REGISTERS),
    );
    expect(slotsOf(setOf([1, 31, 33, 64]))).toEqual([1, 31, 33, 64]);
  });

  it("do what sets of numbers do", () => {
    fc.assert(
      fc.property(SLOTS, SLOTS, (left, right) => {
        const [a, b] = [setOf(left), setOf(right)];
        expect(slotsOf(a)).toEqual(sorted(left));
        expect(slotsOf(union(a, b))).toEqual(sorted(new Set([...left, ...right])));
        expect(slotsOf(without(a, b))).toEqual(sorted(left.filter((x) => !right.includes(x))));
        expect(contains(a, b)).toBe(right.every((x) => left.includes(x)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
