// Runs of a primary and its backup on the toy platform.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, primaryBackupOf, runToy, type ToyResult, type ToyRun } from "./toy-run.ts";

const crash = (replica: number, at = 9000): FaultConfig => ({ use: "worker-crash", replica, at });
const hang = (replica: number, at = 9000): FaultConfig => ({ use: "worker-hang", replica, at });
const flip = (replica: number, at = 9000): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at,
  register: "r2",
  bit: 0,
});
const coreFault = (at: number): FaultConfig => ({ use: "worker-crash", core: 0, at });
const failover = (options: object = {}): SlotConfig => ({
  use: "failover",
  reprotect: true,
  attempts: 3,
  ...options,
});
const TEXT = "ABCDEFGHIJ";

const run = (
  faults: readonly FaultConfig[],
  {
    recovery = failover(),
    lag = 2,
    watchdogMs = 40,
    ...more
  }: Partial<ToyRun> & { lag?: number; watchdogMs?: number } = {},
): Promise<ToyResult> =>
  runToy({
    source: LETTERS,
    faults,
    recovery,
    replication: primaryBackupOf({ backupLagEpochs: lag, watchdogMs }),
    ...more,
  });

const outcomesOf = ({ report }: ToyResult): unknown[] =>
  report.divergences.map(({ divergence: { signal, absent }, outcome }) => [
    signal,
    absent,
    outcome.kind === "recovered" ? (outcome.left ?? 2) : outcome.kind,
  ]);

describe("primary and backup", { timeout: 60_000 }, () => {
  it.each([0, 1, 64])("show what one shows and end in its state (lag %i)", async (lag) => {
    const golden = await runToy({ source: LETTERS });
    for (const placement of ["inline", "worker-threads"]) {
      const { report, text } = await run([], { lag, placement, jitterMs: 2, watchdogMs: 5000 });
      expect(text).toBe(golden.text);
      expect(report).toMatchObject({ release: "primary", divergences: [] });
      expect(report.checkpoints).toBeGreaterThan(3);
      expect(report.finalState).toBe(golden.report.finalState);
    }
  });

  it.each<[string, readonly FaultConfig[], Partial<ToyRun>, unknown[]]>([
    ["the primary's death", [crash(0)], {}, [["crash", [0], 2]]],
    ["the primary's hang", [hang(0)], {}, [["hang", [0], 2]]],
    ["the backup's death", [crash(1)], {}, [["crash", [1], 2]]],
    ["the backup's hang", [hang(1)], {}, [["hang", [1], 2]]],
    [
      "one death after the other",
      [crash(0, 4000), crash(1, 9000), crash(2, 14_000)],
      {},
      [
        ["crash", [0], 2],
        ["crash", [1], 2],
        ["crash", [2], 2],
      ],
    ],
    ["deaths of new backups", [crash(0), crash(2), crash(3)], {}, [["crash", [0], 2]]],
    [
      "the death of every new backup",
      [crash(0, 4000), crash(2, 4000), crash(3, 4000), crash(4, 4000)],
      {},
      [["crash", [0], 1]],
    ],
    [
      "the primary's death without a new backup",
      [crash(0)],
      { recovery: failover({ reprotect: false }) },
      [["crash", [0], 1]],
    ],
    [
      "the backup's death without a new one",
      [crash(1)],
      { recovery: failover({ reprotect: false }) },
      [["crash", [1], 1]],
    ],
    [
      "a death without any checkpoint",
      [crash(0)],
      { checkpoint: { use: "never" } },
      [["crash", [0], 2]],
    ],
  ])("survive %s, and nothing leaves twice", async (_what, faults, more, outcomes) => {
    const golden = await runToy({ source: LETTERS });
    for (const lag of [0, 3]) {
      const result = await run(faults, { ...more, lag });
      expect(result.text).toBe(TEXT);
      expect(outcomesOf(result)).toEqual(outcomes);
      expect(result.report.finalState).toBe(golden.report.finalState);
    }
  });

  it.each<[string, readonly FaultConfig[], SlotConfig, string]>([
    ["both die at once", [crash(0), crash(1)], failover(), "nobody is left"],
    [
      "the one that went on alone dies",
      [crash(0, 5000), crash(1, 9000)],
      failover({ reprotect: false }),
      "nobody is left",
    ],
    ["somebody dies under fail-stop", [crash(1)], { use: "fail-stop" }, "divergence (crash)"],
  ])("stop when %s", async (_what, faults, recovery, why) => {
    const { report, text } = await run(faults, { recovery });
    expect(report.stop).toMatchObject({ reason: "diverged", detail: expect.stringContaining(why) });
    expect(TEXT.startsWith(text)).toBe(true);
  });

  it("are executed again by rollback when both die", async () => {
    const recovery = { use: "rollback", attempts: 2 };
    const result = await run([crash(0), crash(1)], { recovery });
    expect(result.text).toBe(TEXT);
    expect(outcomesOf(result)).toEqual([["crash", [0, 1], 2]]);
  });

  it("do not hide that they cannot tell who errs: a checkpoint finds it, and the run stops", async () => {
    for (const replica of [0, 1]) {
      const checkpoint = { use: "periodic", everyEpochs: 12 };
      const { report, text } = await run([flip(replica)], { checkpoint });
      expect(report.stop).toMatchObject({
        reason: "diverged",
        detail: expect.stringContaining("nobody can say which of two is wrong"),
      });
      expect(report.divergences[0]?.divergence.signal).toBe("state");
      // What left is the primary's, right or wrong.
      expect(TEXT.startsWith(text)).toBe(replica === 1);
    }
  });

  it("lets a new backup that contradicts what was released find an error that nobody else sees", async () => {
    const { report } = await run([flip(0, 5000), crash(1, 9000)], { checkpoint: { use: "never" } });
    expect(report.stop).toMatchObject({
      reason: "diverged",
      detail: expect.stringMatching(/no replay agrees .* the last replay: replica/),
    });
  });

  it("refuse a recovery that expects compared outputs, when a tap chooses it", async () => {
    const ended = run([crash(0)], {
      onVmm: (vmm) => vmm.hooks.chooseRecovery.tap("test", () => "third-replica"),
    });
    await expect(ended).rejects.toMatchObject({ code: "XV_ERR_CONFIG_RECOVERY_MISMATCH" });
  });

  it.each<[string, readonly FaultConfig[]]>([
    ["the backup's death", [crash(1)]],
    ["the deaths of both, far apart", [crash(1, 9000), crash(0, 10_700)]],
    ["the backup's death, and a fault of a core behind it", [crash(1), coreFault(9700)]],
  ])("deal with %s at the same place on every host", async (_what, faults) => {
    const seen: unknown[] = [];
    for (const [placement, jitterMs] of [
      ["inline", 0],
      ["worker-threads", 0],
      ["worker-threads", 4],
    ] as const) {
      const { report } = await run(faults, {
        lag: 6,
        placement,
        jitterMs,
        watchdogMs: 1000,
        recovery: { use: "rollback", attempts: 2 },
        checkpoint: { use: "periodic", everyEpochs: 5 },
      });
      // How a worker died is told in its placement's words.
      const divergences = report.divergences.map(({ divergence, replay, outcome }) => ({
        ...divergence,
        detail: undefined,
        replay,
        outcome,
      }));
      const { faults: injected, stop, checkpointsKept } = report;
      seen.push({ divergences, injected, stop, checkpointsKept });
    }
    const [inline, ...others] = seen;
    for (const other of others) expect(other).toEqual(inline);
  });

  it("survive any stop of one at a time, wherever it comes", async () => {
    const at = fc.integer({ min: 0, max: 21_000 });
    const stop = fc.record({
      use: fc.constantFrom("worker-crash", "worker-crash", "worker-hang"),
      replica: fc.integer({ min: 0, max: 4 }),
      at,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(stop, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom({ use: "never" }, { use: "periodic", everyEpochs: 2 }),
        async (faults, lag, checkpoint) => {
          const { report, text } = await run(faults, { lag, checkpoint });
          const isHonestStop = report.stop.reason === "diverged";
          expect(text).toBe(isHonestStop ? TEXT.slice(0, text.length) : TEXT);
        },
      ),
      { numRuns: 25, seed: 1995 },
    );
  });
});
