// Which cells there are in each structure of the coordinator's state. Tables that are as large as the machine's memory
// have cells for entries in use only: flips elsewhere would tell nothing.
import type { CoordinatorStructure, StateCell } from "../api/coordinator-state.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { DeviceHost } from "../boundary/device-host.ts";
import type { CheckpointTaker } from "./checkpoint-taker.ts";
import type { BallotWait } from "./ballot-wait.ts";
import type { DivergenceResolver } from "./divergence-resolver.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import type { OutputCommit } from "./output-commit.ts";
import type { ReplicaSet } from "./replica-set.ts";
import type { RunPosition } from "./run-position.ts";
import { cellsOf, wordCell } from "./state-cells.ts";

export interface StructureParts {
  readonly position: RunPosition;
  readonly log: EpochLog;
  readonly wait: BallotWait;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly taker: Pick<CheckpointTaker, "candidate">;
  readonly resolver: DivergenceResolver;
  readonly commit: Pick<OutputCommit, "inputs">;
  readonly replicas: Pick<ReplicaSet, "all">;
  readonly frames: FrameSharing;
  readonly host?: Pick<DeviceHost, "cells" | "state"> | undefined;
}

export type Structures = Readonly<Record<CoordinatorStructure, () => StateCell[]>>;

/** Exist only while they are acted on: `CoordinatorFaults.visit` is told of them. */
const none = (): StateCell[] => [];

export function structuresOf(parts: StructureParts): Structures {
  const { position, log, wait, checkpoints, taker, resolver, commit, replicas, frames } = parts;
  const { host } = parts;
  const perReplica = (cells: (handle: ReplicaSet["all"][number]) => StateCell[]): StateCell[] =>
    replicas.all.flatMap(cells);
  return {
    position: () => [
      ...cellsOf("position", position.live).filter((cell) => !isSchedule(cell)),
      ...cellsOf("sealed position", position.image),
    ],
    schedule: () => [
      ...cellsOf("position", position.live).filter(isSchedule),
      ...cellsOf("wait", wait.state).filter(({ name }) => !name.startsWith("wait.missing")),
    ],
    "log-records": () => cellsOf("records", log.state.records),
    "log-digests": () => [
      ...cellsOf("agreed", log.state.agreed),
      ...cellsOf("chain", log.state.chain),
    ],
    "device-models": () => host?.cells() ?? [],
    "device-effects": () => cellsOf("devices", host?.state),
    inputs: () => [
      ...cellsOf("inputs", commit.inputs.items),
      ...cellsOf("copies of inputs", commit.inputs.copies),
    ],
    ballots: () =>
      perReplica(({ replica, state }) => cellsOf(`ballots of ${replica}`, state.ballots)),
    replicas: () => perReplica(({ replica, state }) => cellsOf(`replica ${replica}`, state.counts)),
    mailboxes: () =>
      perReplica(({ replica, shared }) => cellsOf(`mailbox of ${replica}`, shared.mailbox)),
    "ballot-boxes": () =>
      perReplica(({ replica, shared }) => [
        ...cellsOf(`ballot box of ${replica}`, shared.ballotBox),
        ...cellsOf(`state box of ${replica}`, shared.stateBox?.()),
      ]),
    verdict: none,
    comparison: none,
    outputs: none,
    policy: () => [
      ...cellsOf("totals", checkpoints.own.totals),
      ...cellsOf("pausesMs", checkpoints.own.pausesMs),
    ],
    vote: () => cellsOf("resolver", resolver.state),
    "page-maps": () =>
      frames.tables.arenas.flatMap(({ replica, map }) => inUse(`map of ${replica}`, map, map)),
    "checkpoint-map": () => {
      const { checkpointMap } = frames.tables;
      return inUse("checkpoint map", checkpointMap, checkpointMap);
    },
    "frame-owners": () => inUse("owners", frames.tables.owners, frames.tables.owners),
    "frame-counts": () => {
      const { newest, older, ownerCounts } = frames.tables;
      const owned = [...ownerCounts].map((_, owner) =>
        wordCell(`held[${owner}]`, ownerCounts, owner),
      );
      return [...inUse("newest", newest, newest), ...inUse("older", older, newest), ...owned];
    },
    "dirty-lists": () =>
      frames.tables.arenas.flatMap(({ replica, dirty }) =>
        Array.from({ length: Math.min(dirty[0] ?? 0, dirty.length - 1) + 1 }, (_, index) =>
          wordCell(`dirty list of ${replica}[${index}]`, dirty, index),
        ),
      ),
    "checkpoint-states": () =>
      [...checkpoints.own.kept, taker.candidate].flatMap((generation, index) =>
        cellsOf(`state of ${index}`, generation?.state),
      ),
    "checkpoint-list": () => [
      ...checkpoints.own.kept.flatMap((generation, index) =>
        cellsOf(`checkpoint ${index}`, generation).filter(isNoState),
      ),
      ...cellsOf("candidate", taker.candidate).filter(isNoState),
    ],
  };
}

const isSchedule = ({ name }: StateCell): boolean => /\.(frozen|sent)$/.test(name);

const isNoState = ({ name }: StateCell): boolean => !/\.state(Copy)?\b/.test(name);

/** Words whose entry in `used` is not zero. */
function inUse(
  name: string,
  words: Uint8Array | Int32Array | Uint32Array,
  used: Uint8Array | Int32Array | Uint32Array,
): StateCell[] {
  const cells: StateCell[] = [];
  for (let index = 0; index < words.length; index++) {
    if (used[index] !== 0) cells.push(wordCell(`${name}[${index}]`, words, index));
  }
  return cells;
}
