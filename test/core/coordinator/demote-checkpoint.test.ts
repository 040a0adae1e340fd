// What becomes of replicas, and of what is known of checkpoints, when the newest checkpoint is given up.
import { describe, expect, it } from "vitest";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { EpochLog } from "../../../core/coordinator/epoch-log.ts";
import { KnownGoodCheckpoints } from "../../../core/coordinator/known-good-checkpoints.ts";
import {
  resolveDivergence,
  type Resolution,
} from "../../../core/coordinator/resolve-divergence.ts";
import type { Divergence, RecoveryMechanism, RecoveryOutcome } from "../../../core/index.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { majority } from "../../../plugins/voting/majority.ts";
import { epoch } from "../replica/toy-setup.ts";
import {
  ballotOf,
  scriptedReplicas,
  type Script,
  type ScriptedReplicas,
} from "./scripted-replicas.ts";
import { LETTERS, runToy } from "./toy-run.ts";

const CHANGED_PAGES = 4;
const DIVERGED: Divergence = {
  epoch: 2,
  signal: "ballots",
  replicas: [0, 1],
  absent: [],
  detail: "",
};

interface Demoted extends ScriptedReplicas {
  readonly checkpoints: KnownGoodCheckpoints;
  resolve(recover: (mechanism: RecoveryMechanism) => Promise<RecoveryOutcome>): Promise<Resolution>;
}

/** Two checkpoints, after epochs 0 and 1, that differ in a few pages; epoch 2 is where replicas diverge. */
async function start(script: Script): Promise<Demoted> {
  const replicas = scriptedReplicas(
    {
      ...script,
      epoch: (replica, record, memory) => {
        for (let page = 0; page < CHANGED_PAGES && record.epoch < 2; page++) {
          memory.writeU32(page * 4096, record.epoch + 1);
        }
        return script.epoch?.(replica, record, memory) ?? {};
      },
    },
    { watchdogMs: 20 },
  );
  const { set, frames, memories } = replicas;
  const checkpoints = new KnownGoodCheckpoints({ generations: 2 }, 0);
  const log = new EpochLog();
  for (let count = 0; count < 2; count++) set.spawn();
  for (let number = 0; number <= 2; number++) {
    log.append(epoch(number, 100));
    set.grant(epoch(number, 100));
    if (number < 2) {
      await set.quiesce(set.all);
      if (number > 0) frames.beginGeneration();
      const [first, second] = set.numbers as [number, number];
      const pages = frames.dirtyPages(first, second);
      frames.promote(first, pages);
      frames.shareWithCheckpoint(second, pages);
      for (const replica of set.numbers) frames.clearDirty(replica);
      for (const handle of set.all) handle.forget(number);
      checkpoints.take(Uint8Array.of(number), checkpoints.place(ballotOf(number), 0), 1);
      log.agree(ballotOf(number), true);
    }
  }
  await set.quiesce(set.all);
  checkpoints.keepAtMost(frames.generationCount);
  return {
    ...replicas,
    checkpoints,
    resolve: (recover) =>
      resolveDivergence(
        DIVERGED,
        { recover: (_divergence, mechanism) => recover(mechanism) },
        {
          replicas: set,
          frames,
          memories,
          log,
          checkpoints,
          check: new DoubleCheck(),
          voting: majority.create({}),
          feed: { sentAfter: (from) => log.after(from) },
          steps: 200,
          planned: 2,
          needed: 2,
          onDemoted: () => {},
        },
      ),
  };
}

/** A witness that decides nothing, so that an older checkpoint is asked; then gives up. */
const fail = async (mechanism: RecoveryMechanism): Promise<RecoveryOutcome> => {
  const { replica } = await mechanism.runWitness();
  await mechanism.discard(replica);
  return { kind: "stopped", why: "no" };
};

describe("a checkpoint that is given up", () => {
  it("is undone once nobody runs any more who was declared hung", async () => {
    const subject = await start({
      epoch: (replica, record) => (replica === 1 && record.epoch === 2 ? "hang" : {}),
    });
    const { frames, ended } = subject;
    const atDemotion: number[] = [];
    const demote = frames.demoteNewestGeneration.bind(frames);
    frames.demoteNewestGeneration = (replicas) => {
      atDemotion.push(...ended);
      return demote(replicas);
    };
    expect(subject.set.all.map(({ isHung }) => isHung)).toEqual([false, true]);
    const { demoted } = await subject.resolve(fail);
    expect(demoted).toHaveLength(1);
    expect(atDemotion).toContain(1);
    expect(atDemotion).not.toContain(0);
  });

  it("costs a replica where there is no room for pages of their own for all", async () => {
    const subject = await start({});
    const { frames, set } = subject;
    const { pool } = frames;
    while ((pool.countByOwner()[OWNER.free] ?? 0) > CHANGED_PAGES - 1)
      pool.allocate(OWNER.checkpoint);
    let attempts = 0;
    const { demoted } = await subject.resolve((mechanism) =>
      attempts++ === 0 ? fail(mechanism) : Promise.resolve({ kind: "stopped", why: "no" }),
    );
    expect([attempts, demoted?.length]).toEqual([2, 1]);
    expect(set.numbers).toEqual([0]);
  });

  it("leaves no older one in the books that lost its frames meanwhile", async () => {
    const subject = await start({});
    const { frames, checkpoints } = subject;
    expect([checkpoints.count, frames.generationCount]).toEqual([2, 2]);
    const counts: number[] = [];
    await subject.resolve(async (mechanism) => {
      await mechanism.runWitness();
      // Replicas take what is left.
      const { pool } = frames;
      while (pool.find(OWNER.firstReplica) !== undefined);
      await mechanism.rollBack();
      counts.push(checkpoints.count);
      return { kind: "stopped", why: "no" };
    });
    expect(counts).toEqual([1]);
  });
});

describe("a checkpoint that needs frames of older ones", { timeout: 30_000 }, () => {
  it("leaves as many in the books as there are", async () => {
    const generations: number[] = [];
    const { report } = await runToy({
      source: LETTERS,
      plugins: [new URL("./greedy-sharing-plugin.ts", import.meta.url).href],
      memorySharing: "greedy",
      checkpoint: { use: "periodic", everyEpochs: 4, generations: 3 },
      onVmm: (vmm) => {
        vmm.hooks.checkpointTaken.tap("test", (taken) => void generations.push(taken.generations));
      },
    });
    expect(generations.length).toBeGreaterThan(4);
    expect(new Set(generations)).toEqual(new Set([2]));
    expect(report.checkpointsKept).toBe(2);
  });
});
