import { describe, expect, it } from "vitest";
import { CheckpointTaker } from "../../../core/coordinator/checkpoint-taker.ts";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { FrameAccounts } from "../../../core/coordinator/frame-accounts.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import { KnownGoodCheckpoints } from "../../../core/coordinator/known-good-checkpoints.ts";
import { type Boundary, RunPosition } from "../../../core/coordinator/run-position.ts";
import type { CheckpointTaken, FaultConfig } from "../../../core/index.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { epoch as recordOf } from "../replica/toy-setup.ts";
import { type Script, scriptedReplicas } from "./scripted-replicas.ts";
import { LETTERS, runToy, soloOf, tripleOf, type ToyRun } from "./toy-run.ts";

const AT_ONCE = { use: "periodic", everyEpochs: 4, heldFrom: 1_000_000 };
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
      // One epoch of comparing; the one that replicas had the record of already is not waited for to be agreed on.
      expect(new Set(quick.noticed.slice(0, -1))).toEqual(new Set([1]));
      const pages = slow.taken[0]?.dirtyPages ?? 0;
      expect(pages).toBeGreaterThan(1);
      expect(slow.noticed[0]).toBe(pages);
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

describe("pages that replicas hold by themselves", () => {
  const boundary = (number: number): Boundary => ({
    epoch: number,
    steps: 100 * (number + 1),
    isIdle: false,
    tick: 0,
    nextAlarmTick: Infinity,
  });

  /** Two replicas that write a page in each epoch, hold what they wrote in epoch 0, and go on. */
  async function heldBy(script: Script) {
    const { set, memories, frames } = scriptedReplicas({
      epoch: (_replica, { epoch: number }, memory) => {
        memory.writeU8(3 * 4096, number + 1);
        return {};
      },
      ...script,
    });
    const taken: CheckpointTaken[] = [];
    const hooks = createHooks();
    hooks.checkpointTaken.tap("test", (checkpoint) => void taken.push(checkpoint));
    const checkpoints = new KnownGoodCheckpoints({}, 0);
    const taker = new CheckpointTaker({
      vmm: { hooks },
      replicas: set,
      memories,
      frames,
      checkpoints,
      check: new DoubleCheck(),
      sharing: mergeVerified.create({}),
      policy: { heldFrom: 1 },
      faults: { checkpointTaken() {}, visit() {} },
      accounts: new FrameAccounts(frames, memories, set),
      log: { trim() {} },
      position: new RunPosition(undefined),
    });
    for (const _ of [0, 1]) set.spawn();
    set.grant(recordOf(0, 100));
    const isHeld = taker.holdAhead(0, { dirtyPages: 1 });
    set.grant(recordOf(1, 100));
    await set.quiesce(set.all);
    return { set, frames, taker, taken, checkpoints, isHeld };
  }

  it("become a checkpoint of that boundary, and replicas go on before anybody is told", async () => {
    const { taker, taken, checkpoints, frames, isHeld } = await heldBy({});
    expect([isHeld, taker.hasBegun, taker.isComparing]).toEqual([true, true, true]);
    await taker.adopt(boundary(0));
    expect([taker.isComparing, taker.isFoundEqual]).toEqual([true, false]);
    taker.compareSome();
    expect(taker.isComparing).toBe(false);
    const told: number[] = [];
    const letGo = () => {
      told.push(taken.length);
      return {};
    };
    expect(taker.completeEarly(letGo)).toBe(true);
    expect(told).toEqual([0]);
    expect(taken).toMatchObject([{ epoch: 0, steps: 100, dirtyPages: 1 }]);
    expect([checkpoints.epoch, taker.hasBegun]).toEqual([0, false]);
    // Written since.
    expect(frames.dirtyPages(0, 1)).toEqual([3]);
    expect(frames.readCheckpoint(3, 0)).toBe(1);
  });

  it.each([Number.NaN, Infinity, -1, 100_000])(
    "take no part in the pause that lasts %d ms",
    async (stoodMs) => {
      const standing = { hasVoted: () => true, sinceMs: () => Number.NaN, stoodMs: () => stoodMs };
      const { taker, taken } = await heldBy({ standing });
      await taker.adopt(boundary(0));
      taker.compareSome();
      expect(taker.completeEarly(() => ({}))).toBe(true);
      expect(taken[0]?.pauseMs).toBeGreaterThanOrEqual(0);
      expect(taken[0]?.pauseMs).toBeLessThan(60_000);
    },
  );

  it("become none where machine states differ: the next boundary is compared in full", async () => {
    const { taker, taken, frames } = await heldBy({ state: (replica) => Uint8Array.of(replica) });
    await taker.adopt(boundary(0));
    expect([taker.isComparing, taker.isFoundEqual]).toEqual([false, false]);
    expect(await taker.take(boundary(1))).toEqual({
      kind: "differs",
      detail: "machine states differ",
    });
    expect([taken, taker.hasBegun]).toEqual([[], false]);
    expect(frames.dirtyPages(0, 1)).toEqual([3]);
    expect(frames.pool.count(OWNER.candidate)).toBe(0);
  });

  it("become none where the boundary passed before they were looked at", async () => {
    const { taker, taken } = await heldBy({});
    await taker.adopt(boundary(1));
    expect([taker.isComparing, taker.isFoundEqual]).toEqual([false, false]);
    expect(await taker.take(boundary(1))).toEqual({ kind: "taken" });
    expect(taken).toMatchObject([{ epoch: 1, steps: 200 }]);
  });

  it("are given back where a replica died before it held its own", async () => {
    const { set, taker, frames } = await heldBy({
      state: (replica) => (replica === 1 ? "crash" : Uint8Array.of(1)),
    });
    await taker.adopt(boundary(0));
    expect([taker.hasBegun, taker.isComparing]).toEqual([true, true]);
    await set.discard(1);
    expect(await taker.settle()).toBe(true);
    expect(taker.hasBegun).toBe(false);
    expect(frames.pool.count(OWNER.candidate)).toBe(0);
    expect(frames.dirtyPages(0)).toEqual([3]);
  });
});

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
