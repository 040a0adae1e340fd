import { describe, expect, it } from "vitest";
import { tryCore } from "../../../core/coordinator/core-trial.ts";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { EpochLog } from "../../../core/coordinator/epoch-log.ts";
import { KnownGoodCheckpoints } from "../../../core/coordinator/known-good-checkpoints.ts";
import { isTrial } from "../../../core/coordinator/replica-set.ts";
import type { CoreTrial } from "../../../core/index.ts";
import { epoch } from "../replica/toy-setup.ts";
import {
  ballotOf,
  scriptedReplicas,
  type Script,
  type ScriptedReplicas,
} from "./scripted-replicas.ts";

/** Two replicas stand after epoch 4, of which 3 was agreed on; the checkpoint is after epoch 2. */
async function tryOn(
  core: number,
  script: Script,
): Promise<ScriptedReplicas & { readonly trial: CoreTrial }> {
  const scripted = scriptedReplicas(script);
  const { set, memories } = scripted;
  const log = new EpochLog();
  for (const number of [3, 4]) log.append(epoch(number, 100));
  log.agree(ballotOf(3), true);
  const checkpoints = new KnownGoodCheckpoints({}, 0);
  checkpoints.take(Uint8Array.of(77), checkpoints.place(ballotOf(2), 0), 1);
  for (let count = 0; count < 2; count++) set.spawn();
  for (const record of log.records) set.grant(record);
  await set.quiesce(set.all);
  const trial = await tryCore(core, undefined, {
    replicas: set,
    memories,
    check: new DoubleCheck(),
    log,
    records: log.records,
    checkpoints,
    steps: 400,
  });
  return { ...scripted, trial };
}

describe("a trial of a core", () => {
  it("executes the stretch there again from the checkpoint, beside who stands there, and leaves nothing", async () => {
    const { trial, set, setups, ended, frames } = await tryOn(1, {});
    expect(trial).toEqual({ core: 1, isRight: true, detail: "" });
    const [, , setup] = setups;
    expect(setup).toMatchObject({ core: 1, state: Uint8Array.of(77) });
    expect(isTrial(setup!.replica)).toBe(true);
    expect(ended).toEqual([setup!.replica]);
    expect(set.numbers).toEqual([0, 1]);
    expect(frames.ownerOf(0)).not.toBe(frames.ownerOf(1));
    expect(frames.pool.countByOwner()[setup!.arena + 3]).toBe(0);
    // Numbers of replicas go on as if nothing had been.
    expect(set.spawn().replica).toBe(2);
  });

  const wrong: readonly (readonly [string, Script, string])[] = [
    [
      "claims otherwise what was agreed on",
      {
        epoch: (replica, { epoch: at }) =>
          isTrial(replica) && at === 3 ? { registers: Uint8Array.of(9) } : {},
      },
      "epoch 3 differs",
    ],
    [
      "claims otherwise what those who go on claim",
      { epoch: (replica, { epoch: at }) => (isTrial(replica) && at === 4 ? { tick: 5 } : {}) },
      "epoch 4 differs",
    ],
    [
      "ends in another machine state",
      { state: (replica) => Uint8Array.of(isTrial(replica) ? 1 : 2) },
      "machine states differ",
    ],
    [
      "ends with another page",
      {
        epoch: (replica, _, memory) => {
          memory.writeU8(4096, isTrial(replica) ? 1 : 2);
          return {};
        },
      },
      "page 0x1 differs",
    ],
    ["dies", { epoch: (replica) => (isTrial(replica) ? "crash" : {}) }, "scripted"],
    [
      "dies at the end",
      { state: (replica) => (isTrial(replica) ? "crash" : Uint8Array.of(2)) },
      "scripted",
    ],
  ];

  it.each(wrong)("is wrong where it %s", async (_, script, detail) => {
    const { trial, set } = await tryOn(2, script);
    expect(trial).toEqual({ core: 2, isRight: false, detail });
    expect(set.alive.map(({ replica }) => replica)).toEqual([0, 1]);
  });

  it("is compared with another replica where the first one dies of being asked", async () => {
    const { trial, set } = await tryOn(2, {
      state: (replica) => (replica === 0 ? "crash" : Uint8Array.of(2)),
    });
    expect(trial).toEqual({ core: 2, isRight: true, detail: "" });
    expect(set.alive.map(({ replica }) => replica)).toEqual([1]);
  });

  it("tells nothing where nobody is left to compare it with", async () => {
    const { trial } = await tryOn(2, {
      state: (replica) => (isTrial(replica) ? Uint8Array.of(2) : "crash"),
    });
    expect(trial).toMatchObject({
      isInconclusive: true,
      detail: "nobody is left to compare it with",
    });
  });

  it("tells nothing where it was cut off", async () => {
    const { trial } = await tryOn(2, {
      epoch: (replica) => (isTrial(replica) ? "cut-off" : {}),
    });
    expect(trial).toMatchObject({ isInconclusive: true, detail: "scripted" });
  });
});
