import { describe, expect, it } from "vitest";
import { RandomStream } from "../../../core/fault-sites/random-stream.ts";

const take = (stream: RandomStream, count: number): number[] =>
  Array.from({ length: count }, () => stream.fraction());

describe("RandomStream", () => {
  it("repeats by seed, and differs by seed and by purpose", () => {
    const first = take(new RandomStream(7), 20);
    expect(take(new RandomStream(7), 20)).toEqual(first);
    expect(take(new RandomStream(8), 20)).not.toEqual(first);
    expect(take(new RandomStream(7, 1), 20)).not.toEqual(first);
    expect(new Set(first).size).toBe(20);
  });

  it("spreads evenly", () => {
    const stream = new RandomStream(1);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) counts[stream.below(10)]!++;
    // Chi-squared with 9 degrees of freedom: 27.9 is passed by chance once in a thousand seeds.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });

  it("draws by weight, and never what weighs nothing", () => {
    const stream = new RandomStream(3);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 8000; i++) counts[stream.weighted([0, 1, 3, 0])]!++;
    expect(counts[0]).toBe(0);
    expect(counts[3]).toBe(0);
    expect(counts[2]! / counts[1]!).toBeGreaterThan(2.7);
    expect(counts[2]! / counts[1]!).toBeLessThan(3.3);
  });

  it("has gaps of an exponential distribution", () => {
    const stream = new RandomStream(5);
    const gaps = Array.from({ length: 20_000 }, () => stream.gap());
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeCloseTo(1, 1);
    const beyondTwo = gaps.filter((gap) => gap > 2).length / gaps.length;
    expect(beyondTwo).toBeCloseTo(Math.exp(-2), 2);
  });
});
