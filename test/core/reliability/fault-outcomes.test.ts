import { describe, expect, it } from "vitest";
import type { DivergenceReport } from "../../../core/coordinator/run-report.ts";
import type { FaultInjected, RecoveryOutcome } from "../../../core/index.ts";
import { classifyFaults } from "../../../core/reliability/fault-outcomes.ts";
import type { ReportedRun } from "../../../core/reliability/fault-outcomes.ts";

const fault = (replica: number): FaultInjected => ({
  fault: 0,
  replica,
  core: replica,
  step: 100,
  what: "x5 bit 3",
  record: { use: "register-bit-flip", core: replica, at: 100, register: "x5", bit: 3 },
});

const divergence = (outcome: RecoveryOutcome): DivergenceReport => ({
  divergence: { epoch: 1, signal: "ballots", replicas: [0, 1], absent: [], detail: "x5" },
  outcome,
  durationMs: 1,
});

const recovered = (...blamed: number[]): DivergenceReport =>
  divergence({ kind: "recovered", by: "any", blamed, attempts: 1 });
const unresolved = divergence({ kind: "stopped", why: "three ways" });

const run = (changes: Partial<ReportedRun> = {}): ReportedRun => ({
  stop: { reason: "power-off", exitCode: 0 },
  replicas: 2,
  faults: [fault(0), fault(1)],
  divergences: [],
  outputDigest: "aa",
  ...changes,
});
const diverged = { stop: { reason: "diverged", exitCode: 0 } } as const;
const golden = run({ faults: [] });

const outcomesOf = (report: ReportedRun, reference?: ReportedRun): readonly string[] =>
  classifyFaults(report, reference).map(({ outcome }) => outcome);

describe("classifyFaults", () => {
  it("calls masked what made no difference", () => {
    expect(classifyFaults(run(), golden)).toEqual([
      { use: "register-bit-flip", outcome: "masked", isCompared: true },
      { use: "register-bit-flip", outcome: "masked", isCompared: true },
    ]);
    expect(classifyFaults(run())[0]).toMatchObject({ outcome: "masked", isCompared: false });
  });

  it("calls recovered what hit a replica that was blamed", () => {
    expect(outcomesOf(run({ divergences: [recovered(1)] }))).toEqual(["masked", "recovered"]);
  });

  it("calls recovered all that a roll-back may have undone", () => {
    expect(outcomesOf(run({ divergences: [recovered()] }))).toEqual(["recovered", "recovered"]);
  });

  it("calls recovered all of a roll-back that blames some", () => {
    const rolledBack = { kind: "recovered", by: "rollback", blamed: [1], attempts: 4 } as const;
    const report = run({ divergences: [divergence(rolledBack)] });
    expect(outcomesOf(report)).toEqual(["recovered", "recovered"]);
  });

  it("calls masked what struck a replica after the roll-back that brought it", () => {
    const rolledBack = { kind: "recovered", by: "rollback", blamed: [], attempts: 1 } as const;
    const faults = [fault(0), fault(1), fault(2)];
    const framesByOwner = { free: 9, "replica 2": 3, "replica 3": 3 };
    const report = run({ faults, framesByOwner, divergences: [divergence(rolledBack)] });
    expect(outcomesOf(report)).toEqual(["recovered", "recovered", "masked"]);
  });

  it("calls recovered what made a witness useless", () => {
    const faults = [fault(0), fault(1), fault(2), fault(3)];
    const framesByOwner = { free: 9, "replica 0": 3, "replica 3": 3 };
    const report = run({ faults, framesByOwner, divergences: [recovered(1)] });
    expect(outcomesOf(report)).toEqual(["masked", "recovered", "recovered", "masked"]);
  });

  it("leaves out what struck trials of cores", () => {
    const faults = [fault(0), { ...fault(1_000_000), isTrial: true } as const];
    expect(outcomesOf(run({ faults }))).toEqual(["masked"]);
  });

  it("calls stopped what no recovery had removed before the run gave up", () => {
    const report = run({ ...diverged, divergences: [recovered(0), unresolved] });
    expect(outcomesOf(report, golden)).toEqual(["recovered", "stopped"]);
  });

  it("calls wrong all faults of a run that released or ended otherwise", () => {
    expect(outcomesOf(run({ outputDigest: "bb" }), golden)).toEqual(["wrong", "wrong"]);
    const failed = { reason: "power-off", exitCode: 3 } as const;
    expect(outcomesOf(run({ stop: failed }), golden)).toEqual(["wrong", "wrong"]);
  });

  it("claims nothing about one replica without a run to compare with", () => {
    expect(outcomesOf(run({ replicas: 1 }))).toEqual(["unseen", "unseen"]);
    expect(outcomesOf(run({ replicas: 1 }), golden)).toEqual(["masked", "masked"]);
    expect(outcomesOf(run({ replicas: 1, outputDigest: "bb" }), golden)).toEqual([
      "wrong",
      "wrong",
    ]);
  });

  const uncompared = [
    ["one replica", { replicas: 1 }],
    ["a primary", { release: "primary" }],
  ] as const;

  it.each(uncompared)("does not call right what %s released before it gave up", (_who, how) => {
    const report = run({ ...diverged, ...how, divergences: [recovered(0), unresolved] });
    const partly = { ...report, outputDigest: "a0", outputsCommitted: 3 };
    expect(outcomesOf(partly, golden)).toEqual(["wrong", "wrong"]);
    expect(outcomesOf(partly)).toEqual(["unseen", "unseen"]);
    // Everything had been released when the run gave up.
    expect(outcomesOf(report, golden)).toEqual(["recovered", "stopped"]);
    const { outputDigest: _, ...untold } = report;
    expect(outcomesOf(untold, golden)).toEqual(["wrong", "wrong"]);
  });

  it.each(uncompared)("calls stopped what ended %s before anything was released", (_who, how) => {
    const report = run({
      ...diverged,
      ...how,
      divergences: [unresolved],
      outputDigest: "e3",
      outputsCommitted: 0,
    });
    expect(outcomesOf(report, golden)).toEqual(["stopped", "stopped"]);
    expect(outcomesOf(report)).toEqual(["stopped", "stopped"]);
  });

  it("claims nothing about a primary without a run to compare with", () => {
    const report = run({ release: "primary", divergences: [recovered(0)] });
    expect(outcomesOf(report)).toEqual(["unseen", "unseen"]);
    expect(outcomesOf(report, golden)).toEqual(["recovered", "masked"]);
  });
});
