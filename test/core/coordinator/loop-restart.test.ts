// The coordinator's loop fails, anywhere: the run goes on, and nothing is lost, repeated or told twice.
import { describe, expect, it } from "vitest";
import { COORDINATOR_MOMENTS, type FaultConfig, type SlotConfig } from "../../../core/index.ts";
import {
  LETTERS,
  pairOf,
  primaryBackupOf,
  runToy,
  soloOf,
  type ToyRun,
  tripleOf,
} from "./toy-run.ts";

const errorAt = (at: number, when = "any"): FaultConfig => ({ use: "coordinator-error", at, when });
const flip: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 8000,
  register: "r2",
  bit: 0,
};

async function epochsOf(run: Partial<ToyRun>) {
  const verified: number[] = [];
  const committed: number[] = [];
  const { report, text } = await runToy({
    source: LETTERS,
    ...run,
    onVmm: ({ hooks }) => {
      hooks.epochVerified.tap("test", ({ epoch }) => void verified.push(epoch));
      hooks.outputCommitted.tap("test", (epoch) => void committed.push(epoch));
    },
  });
  return { verified, committed, report, text };
}

const OF_RECOVERIES: readonly string[] = ["diverged", "voted", "recovered"];
const KEPT: SlotConfig = { use: "periodic", everyEpochs: 3, generations: 3, cleanSteps: 2000 };
const setups: readonly [name: string, run: Partial<ToyRun>][] = [
  ["a pair", {}],
  ["a pair with older checkpoints", { checkpoint: KEPT }],
  ["three replicas", { replication: tripleOf(), recovery: { use: "repair", attempts: 3 } }],
  [
    "a pair with rollback",
    { recovery: { use: "rollback", attempts: 3 }, memorySharing: "private" },
  ],
  [
    "primary and backup",
    {
      replication: primaryBackupOf(),
      recovery: { use: "failover", reprotect: true, attempts: 3 },
    },
  ],
  ["a machine alone", { replication: soloOf(), recovery: { use: "rollback", attempts: 3 } }],
];

describe.each(setups)("the loop of %s", { timeout: 120_000 }, (name, run) => {
  it.each(COORDINATOR_MOMENTS)("may fail when it is %s", async (when) => {
    const isCompared = !["primary and backup", "a machine alone"].includes(name);
    const isVoted = isCompared && run.recovery?.use !== "rollback";
    const replicaFault = isCompared ? [flip] : [];
    const golden = await epochsOf({ ...run });
    const { verified, committed, report, text } = await epochsOf({
      ...run,
      faults: [errorAt(7500, when), ...replicaFault],
    });
    expect(text).toBe(golden.text);
    expect(report.stop).toEqual(golden.report.stop);
    expect(verified).toEqual(golden.verified);
    expect(committed).toEqual(golden.committed);
    expect(report.finalState).toBe(golden.report.finalState);
    const hasFailed = report.faults.some(({ what }) => what.includes("injected error"));
    const isMet = when === "voted" ? isVoted : isCompared || !OF_RECOVERIES.includes(when);
    expect(hasFailed).toBe(isMet);
    const found = report.managerFaults?.map(({ record }) => record) ?? [];
    expect(found.includes("the coordinator's loop")).toBe(hasFailed);
  });
});

describe("a loop", { timeout: 120_000 }, () => {
  it("may fail at any step, and often", async () => {
    const golden = await epochsOf({});
    const faults = [{ ...errorAt(0), repeat: { times: 30, everySteps: 700 } }];
    const { verified, report, text } = await epochsOf({ faults });
    expect(report.faults.length).toBeGreaterThan(20);
    expect(text).toBe(golden.text);
    expect(verified).toEqual(golden.verified);
  });

  it("makes replicas anew when it fails twice at one place", async () => {
    const golden = await epochsOf({});
    const { report, text } = await epochsOf({
      faults: [errorAt(6000, "judging"), errorAt(6000, "judging")],
    });
    expect(text).toBe(golden.text);
    expect(report.managerFaults).toHaveLength(2);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it.each([
    ["compared at once", {}],
    ["held", { heldFrom: 1, pagesPerEpoch: 1 }],
  ])("takes no checkpoint whose place was changed (pages %s)", async (_name, held) => {
    const checkpoint = { use: "periodic", everyEpochs: 4, ...held };
    const golden = await epochsOf({ checkpoint });
    const place = { use: "coordinator-bit-flip", structure: "comparison", entry: 0, bit: 10 };
    const { report, text } = await epochsOf({ checkpoint, faults: [{ ...place, at: 6000 }] });
    expect(report.faults[0]?.what).toContain("comparison.place.epoch bit 10");
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.managerFaults?.map(({ record }) => record)).toContain("the coordinator's loop");
    expect(report.divergences).toEqual([]);
  });

  it("makes replicas anew from a map of pages that was verified", async () => {
    const golden = await epochsOf({});
    for (const entry of [0, 1, 2]) {
      const mapFlip: FaultConfig = {
        use: "coordinator-bit-flip",
        at: 6000,
        structure: "checkpoint-map",
        when: "judging",
        entry,
        bit: 2,
      };
      const twice = [errorAt(6000, "judging"), errorAt(6000, "judging")];
      const { report, text } = await epochsOf({ faults: [mapFlip, ...twice] });
      expect(text, `entry ${entry}`).toBe(golden.text);
      expect(report.managerFaults?.map(({ record }) => record)).toContainEqual(
        expect.stringContaining("checkpoint map, page"),
      );
      expect(report.finalState).toBe(golden.report.finalState);
    }
  });

  it("makes no replicas anew from a checkpoint that is too young to be trusted", async () => {
    const golden = await epochsOf({ checkpoint: KEPT });
    const demoted: string[] = [];
    const { report, text } = await runToy({
      source: LETTERS,
      checkpoint: KEPT,
      faults: [errorAt(6000, "judging"), errorAt(6000, "judging")],
      onVmm: ({ hooks }) =>
        hooks.checkpointDemoted.tap("test", ({ why }) => void demoted.push(why)),
    });
    expect(demoted).toContain("it is too young to be trusted");
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it("gives up when it keeps failing, and releases nothing wrong", async () => {
    const chunks: Uint8Array[] = [];
    const faults = Array.from({ length: 40 }, () => errorAt(6000, "judging"));
    const run = runToy({
      source: LETTERS,
      replication: pairOf(),
      faults,
      onVmm: ({ hooks }) =>
        hooks.outputCommitted.tap("test", (_epoch, outputs) =>
          chunks.push(...outputs.map(({ bytes }) => bytes)),
        ),
    });
    await expect(run).rejects.toMatchObject({
      code: "XV_ERR_MANAGER_FAILED",
      message: expect.stringContaining("injected error of the coordinator (judging)"),
      cause: { message: "injected error of the coordinator (judging)" },
    });
    expect("ABCDEFGHIJ".startsWith(Buffer.concat(chunks).toString())).toBe(true);
  });

  it("is not restarted where that is switched off", async () => {
    for (const managerProtection of [{ use: "none" }, { use: "sealed", microRestart: false }]) {
      const run = runToy({ source: LETTERS, managerProtection, faults: [errorAt(5000)] });
      await expect(run).rejects.toThrow("injected error of the coordinator");
    }
  });
});
