import { describe, expect, it } from "vitest";
import { planWithin } from "../../../core/boundary/plan-within.ts";
import { ExtravirtError, type ReplicationPlan } from "../../../core/index.ts";
import { LETTERS, primaryBackupOf, runToy } from "../coordinator/toy-run.ts";

const plan: ReplicationPlan = { replicas: 2, epochSteps: 100, runAheadEpochs: 4, watchdogMs: 1000 };
const WORKERS = { mode: "worker" } as const;
const below = { devices: "below", isStateSealed: true } as const;

describe("a plan of replication", () => {
  it("stays as it is with devices inside", () => {
    expect(planWithin({ devices: "inside" }, plan, "pair", WORKERS)).toBe(plan);
  });

  it("lets nobody run ahead with devices below", () => {
    expect(planWithin(below, plan, "pair", WORKERS)).toEqual({ ...plan, runAheadEpochs: 1 });
  });

  it("keeps devices inside where the coordinator can't read the replicas' memory", async () => {
    expect(() => planWithin(below, plan, "pair", { mode: "process" })).toThrow(ExtravirtError);
    await expect(
      runToy({ source: LETTERS, placement: "processes", boundary: { use: "devices-below" } }),
    ).rejects.toMatchObject({ code: "XV_ERR_CONFIG_BOUNDARY", place: "placement.use" });
  });

  it("has no backup that lags behind with devices below", async () => {
    const lagging: ReplicationPlan = { ...plan, release: "primary" };
    expect(() => planWithin(below, lagging, "primary-backup", WORKERS)).toThrow(ExtravirtError);
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
