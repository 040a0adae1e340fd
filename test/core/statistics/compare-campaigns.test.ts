import { describe, expect, it } from "vitest";
import type { Outcome, StoredResult } from "../../../core/index.ts";
import { compareCampaigns } from "../../../core/statistics/compare-campaigns.ts";
import type { ComparedCampaign } from "../../../core/statistics/compare-campaigns.ts";
import { fisherExact, mcnemarExact } from "../../../core/statistics/exact-tests.ts";
import type { PartFacts } from "../../../core/statistics/plan-facts.ts";
import { fakeFacts, fakeResult, INTEGERS } from "./fake-results.ts";

/** Experiments that differ in their step; outcomes as listed, masked after them. */
function campaign(
  name: string,
  outcomes: readonly Outcome[],
  count: number,
  { firstStep = 0, facts = {}, replica = 0 } = {},
): ComparedCampaign {
  const results = Array.from({ length: count }, (_, index): StoredResult => {
    const fault = {
      use: "register-bit-flip",
      at: firstStep + index,
      replica,
      register: "x5",
      bit: 3,
    };
    return fakeResult(index, { outcome: outcomes[index] ?? "masked" }, { fault });
  });
  return { name, results, facts: fakeFacts({ planned: count, ...facts }) };
}

const hangs = (count: number): readonly Outcome[] => Array.from({ length: count }, () => "hang");

describe("compareCampaigns", () => {
  it("pairs the same faults, whichever replica they struck", () => {
    const a = campaign("a", hangs(12), 100);
    const b = campaign("b", ["masked", "masked", "hang"], 100, { replica: 1 });
    const { kind, common, failures, shares } = compareCampaigns(a, b, 0.95);
    expect([kind, common]).toEqual(["paired", 100]);
    expect(failures).toEqual({ both: 1, onlyFirst: 11, onlySecond: 0, neither: 88 });
    const [all] = shares;
    expect(all).toMatchObject({
      what: "all failures",
      p: mcnemarExact(11, 0),
      isSignificant: true,
    });
    expect(all!.difference).toBeCloseTo(-0.11, 12);
    expect(all!.interval!.low).toBeLessThan(-0.11);
    expect(all!.interval!.high).toBeLessThan(0);
  });

  it("compares the common beginning of a longer and a shorter campaign, and says so", () => {
    const a = campaign("a", hangs(5), 200);
    const b = campaign("b", hangs(5), 80);
    const { kind, common, isPartial, first, second, shares } = compareCampaigns(a, b, 0.95);
    expect([kind, common, isPartial]).toEqual(["paired", 80, true]);
    expect([first.experiments, second.experiments]).toEqual([200, 80]);
    expect(first.failures.share).toBe(0.025);
    expect(shares[0]!.first.share).toBe(0.0625);
    expect(compareCampaigns(a, a, 0.95).isPartial).toBe(false);
  });

  const part = (name: string, sites: number, share: number): PartFacts => ({
    name,
    model: name,
    sites,
    share,
    isStorage: true,
  });
  const parts = [part("register-bit-flip", 200, 0.5), part("memory-bit-flip", 8, 0.5)];
  it.each([
    ["parts", { parts: [parts[0]!, part("load-data-bit-flip", 8, 0.5)] }],
    ["sites", { parts: [parts[0]!, part("memory-bit-flip", 80_000, 0.5)] }],
    ["shares", { parts: [part("register-bit-flip", 200, 0.75), part("memory-bit-flip", 8, 0.25)] }],
    ["a first step", { firstStep: 10 }],
    ["an end", { endStep: 2000 }],
  ])("never pairs samples of spaces with other %s: they keep their own shares", (_what, facts) => {
    const a = campaign("a", hangs(25), 100, { facts: { parts } });
    const b = campaign("b", hangs(8), 100, { facts: { parts, ...facts } });
    const { kind, shares, failures } = compareCampaigns(a, b, 0.95);
    expect([kind, failures]).toEqual(["unpaired", undefined]);
    const p = fisherExact({ events: 25, trials: 100 }, { events: 8, trials: 100 });
    expect(shares[0]).toMatchObject({ p, first: { share: 0.25 }, second: { share: 0.08 } });
    expect(compareCampaigns(a, { ...b, facts: a.facts }, 0.95).kind).toBe("paired");
  });

  it("never pairs where some of the faults differ: all count", () => {
    const a = campaign("a", hangs(50), 100);
    const b = campaign("b", [], 100, { firstStep: 50 });
    const { kind, common, shares } = compareCampaigns(a, b, 0.95);
    expect([kind, common]).toEqual(["unpaired", 50]);
    expect(shares[0]!.first.share).toBe(0.5);
  });

  it("takes different faults for two samples", () => {
    const a = campaign("a", hangs(30), 100);
    const b = campaign("b", hangs(10), 100, { firstStep: 5000 });
    const { kind, shares, cautions, failures } = compareCampaigns(a, b, 0.95);
    expect([kind, failures]).toEqual(["unpaired", undefined]);
    const p = fisherExact({ events: 30, trials: 100 }, { events: 10, trials: 100 });
    expect(shares[0]).toMatchObject({ p, isSignificant: true });
    expect(cautions.join(" ")).toContain("The faults are not the same");
  });

  it("shows no difference where it may be chance", () => {
    const a = campaign("a", hangs(3), 100);
    const b = campaign("b", hangs(5), 100, { firstStep: 5000 });
    const [all] = compareCampaigns(a, b, 0.95).shares;
    expect(all!.isSignificant).toBe(false);
    expect(all!.interval!.low).toBeLessThan(0);
    expect(all!.interval!.high).toBeGreaterThan(0);
  });

  it("goes by intervals where strata have numbers of their own", () => {
    const facts = { allocation: "fixed" as const };
    const a = campaign("a", hangs(30), 100, { facts });
    const b = campaign("b", hangs(5), 100, { facts });
    const { kind, shares } = compareCampaigns(a, b, 0.95);
    expect([kind, shares[0]!.p, shares[0]!.isSignificant]).toEqual(["unpaired", undefined, true]);
  });

  it("leaves nothing to chance where every point was tried", () => {
    const facts = { allocation: "every-point" as const };
    const a = campaign("a", hangs(1), 100, { facts });
    const b = campaign("b", [], 100, { facts });
    const { kind, shares } = compareCampaigns(a, b, 0.95);
    expect(kind).toBe("exact");
    expect(shares[0]).toMatchObject({ difference: -0.01, isSignificant: true });
    expect(shares[0]!.interval).toBeUndefined();
  });

  it("warns of percentages of different fault spaces, which mislead", () => {
    // The pitfall of Schirmeier, Borchert and Spinczyk, DSN 2015, section IV: a program that does nothing for as long again
    // has half the share of failures, and as many.
    const longer = {
      endStep: 2000,
      strata: [{ ...INTEGERS, points: 400_000 }],
    };
    const a = campaign("a", hangs(20), 100);
    const b = campaign("b", hangs(10), 100, { firstStep: 5000, facts: longer });
    const { first, second, cautions } = compareCampaigns(a, b, 0.95);
    expect(second.failures.share).toBe(first.failures.share / 2);
    expect(second.failures.extrapolated!.points).toBe(first.failures.extrapolated!.points);
    expect(cautions[0]).toContain("compare the points that fail, not percentages");
    expect(compareCampaigns(a, a, 0.95).cautions.join(" ")).not.toContain("fault spaces differ");
  });

  it("says what does not allow for looks at the results", () => {
    const a = campaign("a", hangs(5), 100);
    const b = campaign("b", hangs(5), 100, { facts: { looks: 7 } });
    const cautions = (other: ComparedCampaign): string =>
      compareCampaigns(a, other, 0.95).cautions.join(" ");
    expect(cautions(b)).toContain("neither p nor intervals of differences allow for that");
    const elsewhere = campaign("b", hangs(5), 100, { firstStep: 5000, facts: { looks: 7 } });
    expect(cautions(elsewhere)).toContain("intervals allow for that, p does not");
    expect(cautions(a)).not.toContain("looked at several times");
  });

  it("warns where another version said what became of faults", () => {
    const one = { ...campaign("a", hangs(5), 100), software: "1a" };
    const cautions = (software: string): string =>
      compareCampaigns(one, { ...one, software }, 0.95).cautions.join(" ");
    expect(cautions("2b")).toContain("two versions of ExtraVirt");
    expect(cautions("1a")).not.toContain("two versions");
  });

  it("concludes nothing from two campaigns without failures", () => {
    const { shares, cautions } = compareCampaigns(
      campaign("a", [], 50),
      campaign("b", [], 50),
      0.95,
    );
    expect(shares[0]).toMatchObject({ p: 1, isSignificant: false });
    expect(cautions.join(" ")).toContain("Neither failed");
  });
});
