// Real guests with open disk requests and half-typed lines whose primary dies: what leaves is what would have left, each
// byte once, and the guest ends in the same state.
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../core/index.ts";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const wanted = /^(block|console-echo)/;

describe.each(SUBJECTS.filter(({ name }) => wanted.test(name)))(
  "$name",
  { timeout: 180_000 },
  (subject) => {
    const run = (
      faults: readonly FaultConfig[],
      backupLagEpochs = 0,
      reprotect = true,
    ): Promise<GuestResult> =>
      runGuest({
        ...subject.run,
        slots: {
          replication: {
            use: "primary-backup",
            epochSteps: subject.epochSteps[0],
            runAheadEpochs: 2,
            backupLagEpochs,
          },
          checkpoint: { use: "periodic", everyEpochs: 5 },
          placement: { use: "inline" },
          recovery: { use: "failover", reprotect },
        },
        faults,
      });

    it("ends as if nothing had happened", async () => {
      const golden = await run([]);
      const { steps, finalState, release } = golden.report;
      expect(release).toBe("primary");
      for (const [part, lag, reprotect] of [
        [0.2, 0, true],
        [0.5, 3, true],
        [0.8, 6, false],
      ] as const) {
        const at = Math.floor(steps * part);
        const { report, ...result } = await run(
          [{ use: "worker-crash", replica: 0, at }],
          lag,
          reprotect,
        );
        expect(report.divergences.map(({ outcome }) => outcome)).toMatchObject([
          { kind: "recovered", by: "failover", blamed: [0], ...(!reprotect && { left: 1 }) },
        ]);
        expect(result.output).toBe(golden.output);
        expect(result.committed.join("\n") === golden.committed.join("\n")).toBe(true);
        expect(result.disk?.equals(golden.disk ?? Buffer.alloc(0))).toBe(
          golden.disk === undefined ? undefined : true,
        );
        expect(report.finalState).toBe(finalState);
      }
    });
  },
);
