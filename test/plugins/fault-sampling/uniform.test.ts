import { describe, expect, it } from "vitest";
import type { FaultConfig, SamplingPlan } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { uniform } from "../../../plugins/fault-sampling/uniform.ts";
import { fakeSpace } from "./fake-space.ts";

const registry = await loadRegistry({ plugins: [] });

const planOf = (seed: number, count: number, changes = {}): SamplingPlan =>
  uniform.plan({}, fakeSpace(changes), { seed, count });

const faultsOf = (plan: SamplingPlan): readonly FaultConfig[] =>
  plan.experiments.map(({ fault }) => fault);

describe("uniform sampling", () => {
  it("tells strata with their points and shares, and that they were drawn by these", () => {
    const { strata, allocation, notes } = planOf(1, 1);
    expect(strata).toEqual([
      {
        name: "register-bit-flip/integer",
        part: "register-bit-flip/integer",
        points: 128 * 200,
        share: 0.25,
      },
      { name: "memory-bit-flip", part: "memory-bit-flip", points: 80 * 200, share: 0.75 },
    ]);
    expect([allocation, notes]).toEqual(["proportional", []]);
  });

  it("draws models by share, and sites and steps evenly", () => {
    const plan = planOf(5, 8000);
    const registers = plan.experiments.filter(({ stratum }) => stratum.startsWith("register"));
    expect(registers.length).toBeGreaterThan(1880);
    expect(registers.length).toBeLessThan(2120);
    const faults = faultsOf(plan);
    const early = faults.filter(({ at }) => at < 200).length;
    expect(early).toBeGreaterThan(3850);
    expect(early).toBeLessThan(4150);
    expect(Math.min(...faults.map(({ at }) => at))).toBe(100);
    expect(Math.max(...faults.map(({ at }) => at))).toBe(299);
    const sites = faults.filter(({ use }) => use === "memory-bit-flip");
    expect(new Set(sites.map(({ address, bit }) => `${String(address)}.${String(bit)}`)).size).toBe(
      80,
    );
  });

  it("numbers experiments, all of the weight 1", () => {
    const { experiments } = planOf(5, 40);
    expect(experiments.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(experiments.every(({ weight }) => weight === 1)).toBe(true);
  });

  it("begins a longer plan with a shorter one of the same seed", () => {
    expect(faultsOf(planOf(7, 90)).slice(0, 30)).toEqual(faultsOf(planOf(7, 30)));
    expect(faultsOf(planOf(8, 30))).not.toEqual(faultsOf(planOf(7, 30)));
  });

  it("gives variants with another number of replicas the same faults", () => {
    const withoutReplica = (plan: SamplingPlan): object[] =>
      faultsOf(plan).map((fault) => ({ ...fault, replica: 0 }));
    expect(withoutReplica(planOf(2, 50, { replicas: [0] }))).toEqual(withoutReplica(planOf(2, 50)));
    expect(new Set(faultsOf(planOf(2, 50)).map(({ replica }) => replica))).toEqual(new Set([0, 1]));
  });

  it("names no replica for a fault of the coordinator", () => {
    const model = registry.get("fault", "comparison-error");
    const parts = [
      { name: model.name, model, sites: 1, share: 1, siteAt: () => ({ says: "equal" }) },
    ];
    const [fault] = faultsOf(planOf(2, 1, { parts }));
    expect(Object.keys(fault!)).toEqual(["use", "at", "says"]);
  });
});
