import { describe, expect, it } from "vitest";
import { planWithin } from "../../../core/boundary/plan-within.ts";
import { ExtravirtError, type ReplicationPlan } from "../../../core/index.ts";
import { LETTERS, primaryBackupOf, runToy } from "../coordinator/toy-run.ts";

const plan: ReplicationPlan = { replicas: 2, epochSteps: 100, runAheadEpochs: 4, watchdogMs: 1000 };
const slots = { replication: { use: "pair" }, placement: { use: "processes" } };
const below = { devices: "below", isStateSealed: true } as const;

describe("a plan of replication", () => {
  it("stays as it is with devices inside", () => {
    expect(planWithin({ devices: "inside" }, plan, slots, "worker")).toBe(plan);
  });

  it("lets nobody run ahead with devices below", () => {
    expect(planWithin(below, plan, slots, "worker")).toEqual({ ...plan, runAheadEpochs: 1 });
  });

  it("has no processes, whose memory nobody else sees, with devices below", async () => {
    expect(() => planWithin(below, plan, slots, "process")).toThrow(ExtravirtError);
    expect(planWithin({ devices: "inside" }, plan, slots, "process")).toBe(plan);
    await expect(
      runToy({ source: LETTERS, placement: "processes", boundary: { use: "devices-below" } }),
    ).rejects.toMatchObject({ code: "XV_ERR_CONFIG_BOUNDARY", place: "boundary.use" });
  });

  it("has no backup that lags behind with devices below", async () => {
    const lagging: ReplicationPlan = { ...plan, release: "primary" };
    expect(() => planWithin(below, lagging, slots, "worker")).toThrow(ExtravirtError);
    await expect(
      runToy({
        source: LETTERS,
        replication: primaryBackupOf(),
        recovery: { use: "failover" },
        boundary: { use: "devices-below" },
      }),
    ).rejects.toMatchObject({ code: "XV_ERR_CONFIG_BOUNDARY", place: "boundary.use" });
  });
});
