// Errors in the coordinator's comparisons: whatever one evaluation says, nothing wrong leaves and nobody is blamed.
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, primaryBackupOf, runToy, tripleOf } from "./toy-run.ts";

const error = (says: string, of: string, at = 9000): FaultConfig => ({
  use: "comparison-error",
  at,
  says,
  of,
});
const flip: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 9000,
  register: "r2",
  bit: 0,
};

const attempts = 3;
const setups: readonly [SlotConfig, SlotConfig][] = [
  [pairOf(), { use: "third-replica", attempts }],
  [pairOf(), { use: "repair", attempts }],
  [pairOf(), { use: "rollback", attempts }],
  [tripleOf(), { use: "third-replica", attempts }],
  [tripleOf(), { use: "repair", attempts }],
];

describe.each(setups)("$use", { timeout: 30_000 }, (replication, recovery) => {
  describe(`with ${recovery.use}`, () => {
    it.each(["ballots", "states"])(
      "goes on after a false alarm of %s, and blames nobody",
      async (of) => {
        const golden = await runToy({ source: LETTERS });
        const { report, text } = await runToy({
          source: LETTERS,
          replication,
          recovery,
          faults: [error("differ", of)],
        });
        expect(text).toBe(golden.text);
        expect(report.divergences).toMatchObject([
          {
            divergence: { detail: "two evaluations of the same comparison disagree" },
            outcome: { kind: "recovered", blamed: [], attempts: 1 },
          },
        ]);
        expect(report.faults).toMatchObject([
          { fault: 0, what: expect.stringContaining("differ") },
        ]);
        expect(report.finalState).toBe(golden.report.finalState);
      },
    );

    it("finds a difference that one evaluation overlooks", async () => {
      const golden = await runToy({ source: LETTERS });
      const { report, text } = await runToy({
        source: LETTERS,
        replication,
        recovery,
        faults: [error("equal", "ballots"), flip],
      });
      expect(text).toBe(golden.text);
      expect(report.faults).toHaveLength(2);
      expect(report.divergences).toMatchObject([{ outcome: { kind: "recovered" } }]);
      expect(report.finalState).toBe(golden.report.finalState);
    });

    it("does not go on for ever when comparisons keep failing", async () => {
      const faults = [{ ...error("differ", "any"), repeat: { times: 200, everySteps: 1 } }];
      const { report, text } = await runToy({ source: LETTERS, replication, recovery, faults });
      expect(report.stop.reason).toBe("diverged");
      expect(text).toBe("ABCD");
    });
  });
});

describe("without double evaluation", { timeout: 30_000 }, () => {
  it.each([{ use: "none" }, { use: "sealed", doubleEvaluation: false }])(
    "an error of a comparison lets a divergence through ($use)",
    async (managerProtection) => {
      const golden = await runToy({ source: LETTERS, managerProtection });
      expect(golden.text).toBe("ABCDEFGHIJ");
      // Said of every comparison while the replicas differ.
      const overlooked = { ...error("equal", "any"), repeat: { times: 200, everySteps: 1 } };
      const run = { source: LETTERS, faults: [overlooked, { ...flip, replica: 0 }] };
      expect((await runToy(run)).text).toBe(golden.text);
      expect((await runToy({ ...run, managerProtection })).text).not.toBe(golden.text);
    },
  );
});

describe("a false alarm", { timeout: 30_000 }, () => {
  it("stops under fail-stop, and says why", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      recovery: { use: "fail-stop" },
      faults: [error("differ", "ballots")],
    });
    expect(report.stop).toMatchObject({
      reason: "diverged",
      detail: "divergence (ballots): two evaluations of the same comparison disagree",
    });
    expect(text).toBe("ABCD");
  });

  it("at a checkpoint does not part primary and backup", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      replication: primaryBackupOf(),
      recovery: { use: "failover", reprotect: true, attempts },
      faults: [error("differ", "any")],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences).toMatchObject([
      {
        divergence: { signal: "state" },
        outcome: { kind: "recovered", by: "failover", blamed: [] },
      },
    ]);
  });
});
