import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, type ToyResult } from "./toy-run.ts";

/** The work area, which every round rewrites from what it held before: its last word gets into a register at once. */
const ADDRESS = 0x4000 + 299 * 20;
/** Its first word stays in memory. */
const QUIET_ADDRESS = 0x4000;
/** Checkpoints stand at 2500, 5000 and 7500 steps. */
const struck: FaultConfig = { use: "checkpoint-bit-flip", at: 4000, address: ADDRESS, bit: 4 };
const wrong: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 6500,
  register: "r2",
  bit: 1,
};

const run = (
  faults: readonly FaultConfig[],
  memorySharing: string,
  keeping: object = {},
  placement = "inline",
): Promise<ToyResult> =>
  runToy({
    source: LETTERS,
    replication: pairOf(),
    memorySharing,
    placement,
    checkpoint: { use: "periodic", everySteps: 2000, ...keeping },
    recovery: { use: "third-replica", attempts: 2 },
    faults,
  });

describe.each(["private", "copy-on-write", "merge-verified"])(
  "a bit that flips in the memory of a checkpoint, under %s",
  { timeout: 30_000 },
  (memorySharing) => {
    it("is not noticed by those that go on", async () => {
      const golden = await run([], memorySharing);
      const { report, text } = await run([struck], memorySharing);
      expect(report.faults).toEqual([
        {
          fault: 0,
          step: 5000,
          what: expect.stringMatching(/^checkpoint 0x575c bit 4: /),
          record: struck,
        },
      ]);
      expect(report.divergences).toEqual([]);
      expect(text).toBe(golden.text);
      expect(report.finalState).toBe(golden.report.finalState);
    });

    it("ends a run that has to recover from it, and nothing wrong leaves", async () => {
      const { report, text } = await run([struck, wrong], memorySharing);
      expect(report.stop.reason).toBe("diverged");
      expect(report.stop.detail).toContain("differs from what was agreed on");
      expect("ABCDEFGHIJ".startsWith(text)).toBe(true);
    });

    it("that no register shows makes the witness differ in full: an older one is asked, not all rolled back", async () => {
      const golden = await run([], memorySharing);
      const quiet = { ...struck, address: QUIET_ADDRESS };
      const { report, text } = await run([quiet, wrong], memorySharing, { generations: 2 });
      expect(text).toBe(golden.text);
      expect(report.finalState).toBe(golden.report.finalState);
      expect(report.divergences).toMatchObject([
        {
          outcome: { kind: "recovered", by: "third-replica", blamed: [1], attempts: 1 },
          demoted: [{ steps: 5000, why: expect.stringContaining("page 0x4 differs") }],
        },
      ]);
    });

    it("in a page that nobody writes is found where winner and witness hold it in frames of their own", async () => {
      const still = { ...struck, address: 0x9000 };
      const { report } = await run([still, wrong], memorySharing, { generations: 2 });
      // Both checkpoints have the page in the same frame, so that neither serves.
      expect(report.divergences[0]?.demoted).toMatchObject([
        { steps: 5000, why: expect.stringContaining("page 0x9 differs") },
      ]);
    });

    it.each(["inline", "worker-threads"])(
      "is passed over by a recovery that has an older one (%s)",
      async (placement) => {
        const golden = await run([], memorySharing);
        const { report, text } = await run(
          [struck, wrong],
          memorySharing,
          { generations: 2 },
          placement,
        );
        expect(text).toBe(golden.text);
        expect(report.stop).toEqual(golden.report.stop);
        expect(report.finalState).toBe(golden.report.finalState);
        expect(report.divergences).toMatchObject([
          { outcome: { kind: "recovered" }, demoted: [{ steps: 5000 }], replay: { fromEpoch: 4 } },
        ]);
      },
    );
  },
);

describe("a fault of a checkpoint", () => {
  it("that no checkpoint follows is told as never reached", async () => {
    const { report } = await run([{ ...struck, at: 1_000_000 }], "private");
    expect(report.faults).toEqual([]);
    expect(report.faultsNotReached).toEqual([
      { fault: 0, use: "checkpoint-bit-flip", at: 1_000_000 },
    ]);
  });

  it("has to lie in guest memory", async () => {
    await expect(run([{ ...struck, address: 64 * 4096 }], "private")).rejects.toMatchObject({
      code: "XV_ERR_FAULT_ADDRESS",
    });
  });

  it("strikes again when it is repeated, the next checkpoint each time", async () => {
    const repeated = { ...struck, at: 0, repeat: { times: 3, everySteps: 3000 } };
    const { report } = await run([repeated], "merge-verified");
    expect(report.faults.map(({ step }) => step)).toEqual([2500, 5000, 7500]);
  });
});
