import { describe, expect, it } from "vitest";
import type { CheckpointTaken, FaultConfig } from "../../../core/index.ts";
import { LETTERS, runToy, soloOf, tripleOf, type ToyRun } from "./toy-run.ts";

const AT_ONCE = { use: "periodic", everyEpochs: 4 };
const HELD = { ...AT_ONCE, heldFrom: 1, pagesPerEpoch: 1 };

async function checkpointsOf(run: Partial<ToyRun>) {
  const taken: CheckpointTaken[] = [];
  const noticed: number[] = [];
  const result = await runToy({
    source: LETTERS,
    ...run,
    onVmm: (vmm) => {
      const verified: number[] = [];
      vmm.hooks.epochVerified.tap("test", ({ epoch }) => verified.push(epoch));
      vmm.hooks.checkpointTaken.tap("test", (checkpoint) => {
        taken.push(checkpoint);
        noticed.push((verified.at(-1) ?? 0) - checkpoint.epoch);
      });
    },
  });
  return { ...result, taken, noticed };
}

/** A bit of a page that the program writes in each round, not of a word that it reads again. */
const unread = (at: number): FaultConfig => ({
  use: "memory-bit-flip",
  replica: 0,
  at,
  address: 0x4000 + 9,
  bit: 3,
});

describe("the pause of a checkpoint", () => {
  it("is not what a recovery before it took", { timeout: 60_000 }, async () => {
    let recoveredMs = Infinity;
    const pauses: { readonly epoch: number; readonly pauseMs: number; readonly sinceMs: number }[] =
      [];
    const { report } = await runToy({
      source: LETTERS,
      checkpoint: AT_ONCE,
      placement: "worker-threads",
      recovery: { use: "repair", attempts: 3 },
      faults: [unread(2500)],
      onVmm: ({ hooks }) => {
        hooks.recovered.tap("test", () => {
          recoveredMs = performance.now();
        });
        hooks.checkpointTaken.tap("test", ({ epoch, pauseMs }) => {
          pauses.push({ epoch, pauseMs, sinceMs: performance.now() - recoveredMs });
        });
      },
    });
    const [{ divergence } = {}] = report.divergences;
    expect(divergence?.signal).toBe("state");
    // Nobody votes between the recovery and the checkpoint at the same boundary: by the last vote it would be longer.
    const after = pauses.find(({ epoch }) => epoch === divergence?.epoch);
    expect(after?.pauseMs).toBeLessThanOrEqual(after?.sinceMs ?? 0);
  });
});

describe.each(["private", "copy-on-write", "merge-verified", "content-hash"])(
  "a checkpoint under %s",
  { timeout: 60_000 },
  (memorySharing) => {
    it("ends in the same state whether its pages were held or compared at once", async () => {
      const [held, atOnce] = [
        await checkpointsOf({ checkpoint: HELD, memorySharing }),
        await checkpointsOf({ checkpoint: AT_ONCE, memorySharing }),
      ];
      expect(held.text).toBe(atOnce.text);
      expect(held.report.finalState).toEqual(atOnce.report.finalState);
      expect(held.taken.length).toBeGreaterThan(2);
      expect(held.report.framesByOwner).not.toHaveProperty("candidate");
    });

    it("counts some epochs later where its pages are held, the more the more pages", async () => {
      const slow = await checkpointsOf({ checkpoint: HELD, memorySharing });
      const quick = await checkpointsOf({
        checkpoint: { ...HELD, pagesPerEpoch: 100 },
        memorySharing,
      });
      const atOnce = await checkpointsOf({ checkpoint: AT_ONCE, memorySharing });
      expect(Math.max(...atOnce.noticed)).toBe(0);
      // One epoch of comparing, and one that replicas had the record of already.
      expect(new Set(quick.noticed.slice(0, -1))).toEqual(new Set([2]));
      const pages = slow.taken[0]?.dirtyPages ?? 0;
      expect(pages).toBeGreaterThan(1);
      expect(slow.noticed[0]).toBe(pages + 1);
    });

    it("is not taken of pages that differ, and the fault is found", async () => {
      const golden = await checkpointsOf({ checkpoint: HELD, memorySharing });
      const { text, report, taken } = await checkpointsOf({
        checkpoint: HELD,
        memorySharing,
        faults: [unread(2500)],
      });
      expect(text).toBe(golden.text);
      expect(report.divergences).toHaveLength(1);
      expect(report.divergences[0]?.divergence).toMatchObject({
        signal: "state",
        detail: "page 0x4 differs",
      });
      expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [0] });
      // The state it started from is older than the fault.
      expect(report.divergences[0]?.replay?.fromEpoch).toBeLessThan(5);
      expect(taken.at(-1)?.steps).toBeGreaterThan(2500);
      expect(report.finalState).toEqual(golden.report.finalState);
    });
  },
);

describe("a checkpoint in the making", { timeout: 60_000 }, () => {
  it.each([
    ["crash", { use: "worker-crash", replica: 1 }],
    ["wrong register", { use: "register-bit-flip", replica: 1, register: "r4", bit: 2 }],
    ["wrong page that was held", { ...unread(0) }],
  ] as const)("is brought to an end before a %s is dealt with", async (_name, fault) => {
    const golden = await checkpointsOf({ checkpoint: HELD });
    const first = golden.taken[0]?.steps ?? 0;
    for (let at = first - 300; at < first + 1500; at += 100) {
      const { text, report } = await checkpointsOf({
        checkpoint: HELD,
        faults: [{ ...fault, at }],
      });
      expect(text, `at ${at}`).toBe(golden.text);
      expect(report.finalState, `at ${at}`).toEqual(golden.report.finalState);
    }
  });

  it("is given up where its machine state is damaged meanwhile: recovery starts from sound ones", async () => {
    const golden = await checkpointsOf({ checkpoint: HELD });
    const damage: FaultConfig = {
      use: "coordinator-bit-flip",
      at: 2600,
      structure: "checkpoint-states",
      when: "agreed",
      entry: 3,
      bit: 3,
    };
    const wrong = { use: "register-bit-flip", replica: 1, at: 4600, register: "r2", bit: 0 };
    const { text, report } = await checkpointsOf({ checkpoint: HELD, faults: [damage, wrong] });
    expect(report.faults[0]?.what).toContain("state of 1 bit 3");
    expect(text).toBe(golden.text);
    expect(report.finalState).toEqual(golden.report.finalState);
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [1] });
  });

  it("is compared among three", async () => {
    const run = { checkpoint: HELD, replication: tripleOf() };
    const golden = await checkpointsOf(run);
    const { text, report } = await checkpointsOf({ ...run, faults: [unread(2500)] });
    expect(text).toBe(golden.text);
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [0] });
  });

  it("is none in a machine with nobody to be compared with", async () => {
    const { taken, noticed } = await checkpointsOf({
      checkpoint: HELD,
      replication: soloOf(),
      recovery: { use: "rollback" },
    });
    expect(taken.length).toBeGreaterThan(2);
    expect(Math.max(...noticed)).toBe(0);
  });

  it("is finished when the run ends", async () => {
    const held = await checkpointsOf({ checkpoint: { ...HELD, everyEpochs: 1_000 } });
    expect(held.taken).toHaveLength(0);
    const { epochs } = held.report;
    const late = await checkpointsOf({ checkpoint: { ...HELD, everyEpochs: epochs - 2 } });
    expect(late.taken).toHaveLength(1);
    expect(late.noticed[0]).toBeLessThan(late.taken[0]?.dirtyPages ?? 0);
  });

  it("that differs when the run ends is resolved", async () => {
    const golden = await checkpointsOf({ checkpoint: { ...HELD, everyEpochs: 1_000 } });
    const { epochs, steps } = golden.report;
    const { report, text } = await checkpointsOf({
      checkpoint: { ...HELD, everyEpochs: epochs - 2 },
      faults: [unread(steps - 2000)],
    });
    expect(report.divergences).toMatchObject([
      {
        divergence: { signal: "state", detail: "page 0x4 differs" },
        outcome: { kind: "recovered", blamed: [0] },
      },
    ]);
    expect(report.stop).toEqual(golden.report.stop);
    expect(text).toBe(golden.text);
    expect(report.finalState).toEqual(golden.report.finalState);
  });
});
