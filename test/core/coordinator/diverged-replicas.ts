// Replicas that disagree, and a recovery session over them.
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { EpochLog } from "../../../core/coordinator/epoch-log.ts";
import { KnownGoodCheckpoints } from "../../../core/coordinator/known-good-checkpoints.ts";
import { RecoverySession } from "../../../core/coordinator/recovery-session.ts";
import type { Ballot, Divergence } from "../../../core/index.ts";
import { majority } from "../../../plugins/voting/majority.ts";
import { epoch } from "../replica/toy-setup.ts";
import {
  ballotOf,
  scriptedReplicas,
  type Script,
  type ScriptedReplicas,
} from "./scripted-replicas.ts";

/** Epochs 3 and 4 are in the log since the checkpoint after epoch 2; 3 was agreed on, 4 is where replicas diverge. */
export const WRONG: Partial<Ballot> = { registers: Uint8Array.of(0xff) };

export interface Diverged extends ScriptedReplicas {
  readonly log: EpochLog;
  readonly session: RecoverySession;
}

export async function diverge(
  script: Script,
  options: Partial<Divergence> = {},
  planned = 2,
  generations = 1,
  more: { readonly engines?: "same" | "diverse" } = {},
): Promise<Diverged> {
  const replicas = scriptedReplicas(script, more);
  const { set, frames, memories } = replicas;
  const log = new EpochLog();
  for (const number of [3, 4]) log.append(epoch(number, 100));
  log.agree(ballotOf(3), true);
  const checkpoints = new KnownGoodCheckpoints({ generations }, 0);
  if (generations > 1) frames.beginGeneration();
  checkpoints.take(Uint8Array.of(77), checkpoints.place(ballotOf(2), 0), 1);
  for (let count = 0; count < planned; count++) set.spawn();
  for (const record of log.records) set.grant(record);
  await set.quiesce(set.all);
  const divergence: Divergence = {
    epoch: 4,
    signal: "ballots",
    replicas: [0, 1],
    absent: [],
    detail: "",
    ...options,
  };
  const session = new RecoverySession(divergence, {
    replicas: set,
    log,
    records: log.records,
    checkpoints,
    voting: majority.create({}),
    frames,
    memories,
    check: new DoubleCheck(),
    steps: 500,
    planned,
    needed: planned,
    distrusted: new Set<number>(),
  });
  return { ...replicas, session, log };
}

/** Replica 1 is wrong in the epoch of the divergence. */
export const oneWrong: Script = {
  epoch: (replica, record) => (replica === 1 && record.epoch === 4 ? WRONG : {}),
};
