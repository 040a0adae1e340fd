// The known-good checkpoints that are kept, as far as the coordinator knows them: their machine states, and which may be
// trusted. Their memory lives in the shared pool. Power-on is the first one.
//
// A checkpoint counts as known-good once `cleanSteps` were agreed on after it. The newest that does is never dropped: when
// `generations` newer ones are not there yet, it is kept besides, and no further one is taken.
import type { CheckpointPolicy, CheckpointProgress } from "../api/checkpoint-policy.ts";
import type { Ballot } from "../api/epoch.ts";
import { IntegrityWatch } from "../integrity/integrity-watch.ts";
import { sealOf, sealOfNumbers } from "../integrity/seal.ts";
import { SealedTwin, type TwinKind } from "../integrity/sealed-twin.ts";
import type { Boundary } from "./run-position.ts";

/** Pauses whose mean a policy is told. */
const PAUSES = 8;

/** Where the run stood when a checkpoint was begun. */
export interface CheckpointPlace {
  /** Last epoch it includes. */
  readonly epoch: number;
  readonly steps: number;
  readonly tick: number;
  /** Epochs of the run up to it that a device below cut short. */
  readonly cutShort: number;
  /** Of the run up to it. */
  readonly outputs: number;
  readonly outputBytes: number;
  /** Wall time of the coordinator. */
  readonly takenMs: number;
}

interface Generation {
  readonly mark: SealedTwin<CheckpointPlace>;
  /** Machine state; undefined means power-on. */
  readonly state: SealedTwin<Uint8Array | undefined>;
}

const MARK: TwinKind<CheckpointPlace> = {
  seal: ({ epoch, steps, tick, cutShort, outputs, outputBytes, takenMs }, number) =>
    sealOfNumbers([epoch, steps, tick, cutShort, outputs, outputBytes, takenMs], number),
  copy: (mark) => ({ ...mark }),
};
const STATE: TwinKind<Uint8Array | undefined> = {
  seal: (state, number) => (state === undefined ? 0 : sealOf(state, number)),
  copy: (state) => state?.slice(),
};

const MARK_BYTES = 7 * Float64Array.BYTES_PER_ELEMENT;
const SEALS_BYTES = 8;

type Keeping = Pick<CheckpointPolicy, "generations" | "cleanSteps">;

/** Checkpoints that a policy has kept at the same time at most: where they take time to be trusted, one more. */
export const mostKept = ({ generations = 1, cleanSteps = 0 }: Keeping): number =>
  generations + (cleanSteps > 0 ? 1 : 0);

export class KnownGoodCheckpoints {
  readonly #generations: number;
  readonly #cleanSteps: number;
  /** Oldest first, never empty. */
  readonly #kept: Generation[];
  /** The last ones, oldest first. */
  readonly #pausesMs: number[] = [];
  /** Of the whole run; steps are those agreed on. */
  readonly #totals = { taken: 0, steps: 0, cutShort: 0, outputs: 0, outputBytes: 0 };
  /** Undefined where nothing is verified. */
  readonly #watch: IntegrityWatch | undefined;

  /**
   * @param startMs wall time at power-on
   * @param watch "unwatched": records are taken for what they are
   */
  constructor(
    { generations = 1, cleanSteps = 0 }: Keeping,
    startMs: number,
    watch: IntegrityWatch | "unwatched" = new IntegrityWatch(),
  ) {
    this.#generations = generations;
    this.#cleanSteps = cleanSteps;
    if (watch !== "unwatched") this.#watch = watch;
    const nothing = { epoch: -1, steps: 0, tick: 0, cutShort: 0, outputs: 0, outputBytes: 0 };
    this.#kept = [this.#sealed({ ...nothing, takenMs: startMs }, undefined)];
  }

  /** All that changes, where it stands. */
  get own(): {
    readonly kept: readonly Generation[];
    readonly pausesMs: readonly number[];
    readonly totals: Readonly<Record<string, number>>;
  } {
    return { kept: this.#kept, pausesMs: this.#pausesMs, totals: this.#totals };
  }

  /** In the whole run. */
  get taken(): number {
    return this.#totals.taken;
  }

  /**
   * Machine state of the newest one; undefined means power-on.
   * @throws IntegrityBreach when it is damaged in both copies
   */
  get state(): Uint8Array | undefined {
    const { state } = this.#newest;
    const name = `machine state of the checkpoint after epoch ${this.epoch}`;
    return this.#watch === undefined ? state.unverified : state.read(this.#watch, name);
  }

  /** Last epoch that the newest one includes. */
  get epoch(): number {
    return this.#markOf(this.#newest).epoch;
  }

  /** Steps that the newest one includes. */
  get steps(): number {
    return this.#markOf(this.#newest).steps;
  }

  /** Last epoch that the oldest one includes: the log reaches back to it. */
  get oldestEpoch(): number {
    const [oldest] = this.#kept;
    return oldest === undefined ? -1 : this.#markOf(oldest).epoch;
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Whether a checkpoint leaves older ones in place, or may write over the one before it. */
  get areOlderKept(): boolean {
    return this.#generations > 1 || this.#cleanSteps > 0;
  }

  /** Whether recovery may start from the newest one. */
  get isNewestClean(): boolean {
    return this.#newestClean === this.count - 1;
  }

  /** False while one more would be one too many, since none but the oldest counts as known-good. */
  get hasRoom(): boolean {
    return this.count - this.#newestClean <= this.#generations;
  }

  /**
   * Progress since the newest one, this agreed ballot included.
   * @param isCutShort the epoch ended where a device below was accessed: it does not count as one
   */
  advance(ballot: Ballot, nowMs: number, isCutShort = false): CheckpointProgress {
    this.#totals.steps = ballot.steps;
    if (isCutShort) this.#totals.cutShort++;
    this.#totals.outputs += ballot.outputs.length;
    this.#totals.outputBytes += ballot.outputs.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const since = this.#markOf(this.#newest);
    const pauses = this.#pausesMs;
    return {
      epochs: ballot.epoch - since.epoch - (this.#totals.cutShort - since.cutShort),
      steps: ballot.steps - since.steps,
      ticks: ballot.tick - since.tick,
      outputs: this.#totals.outputs - since.outputs,
      outputBytes: this.#totals.outputBytes - since.outputBytes,
      dirtyPages: ballot.dirtyPages,
      wallMs: nowMs - since.takenMs,
      pauseMs:
        pauses.length === 0
          ? undefined
          : pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length,
    };
  }

  /** The replicas stand still at this boundary, the last one agreed on. */
  place({ epoch, steps, tick }: Boundary, nowMs: number): CheckpointPlace {
    const totals = this.#totals;
    totals.steps = Math.max(totals.steps, steps);
    const { cutShort, outputs, outputBytes } = totals;
    return { epoch, steps, tick, cutShort, outputs, outputBytes, takenMs: nowMs };
  }

  /**
   * A checkpoint was taken at this place; the oldest ones go as far as they are not needed.
   * @param copy the same state as another replica gave it, where there is one
   * @throws IntegrityBreach when the two are not equal
   */
  take(state: Uint8Array, place: CheckpointPlace, pauseMs: number, copy?: Uint8Array): void {
    const taken = this.#sealed(place, state, copy);
    if (copy !== undefined && !taken.state.isWhole) {
      this.#watch?.broken(
        `machine state of the checkpoint after epoch ${place.epoch}`,
        "what two replicas gave differs",
      );
    }
    this.#kept.push(taken);
    this.#totals.taken++;
    this.#pausesMs.push(pauseMs);
    if (this.#pausesMs.length > PAUSES) this.#pausesMs.shift();
    const tooMany = Math.max(0, this.count - this.#generations);
    this.#kept.splice(0, Math.min(tooMany, this.#newestClean));
  }

  /** The frames of older ones were needed elsewhere: only so many are left. */
  keepAtMost(count: number): void {
    if (this.count > count) this.#kept.splice(0, this.count - count);
  }

  /** The newest one is of no use: the one before it takes its place. @returns false when there is none before it */
  demote(): boolean {
    if (this.count === 1) return false;
    this.#kept.pop();
    return true;
  }

  get #newest(): Generation {
    const newest = this.#kept.at(-1);
    if (newest === undefined) throw new Error("no checkpoint is left");
    return newest;
  }

  /** Index of the newest known-good one. The oldest counts as known-good whatever its age. */
  get #newestClean(): number {
    const isClean = (generation: Generation): boolean =>
      this.#totals.steps - this.#markOf(generation).steps >= this.#cleanSteps;
    return Math.max(0, this.#kept.findLastIndex(isClean));
  }

  /** Bytes of states and marks, with their second copies: for the ledger. */
  get bytes(): number {
    return this.#kept.reduce(
      (sum, { state }) => sum + 2 * (MARK_BYTES + (state.unverified?.length ?? 0)) + SEALS_BYTES,
      0,
    );
  }

  /** Verifies everything that is kept, second copies included. */
  scrub(): void {
    if (this.#watch === undefined) return;
    for (const generation of this.#kept) {
      generation.mark.scrub(this.#watch, "record of a checkpoint");
      const { epoch } = generation.mark.unverified;
      generation.state.scrub(this.#watch, `machine state of the checkpoint after epoch ${epoch}`);
    }
  }

  #sealed(
    mark: CheckpointPlace,
    state: Uint8Array | undefined,
    copy = STATE.copy(state),
  ): Generation {
    return {
      mark: new SealedTwin(MARK, this.taken, mark),
      state: new SealedTwin(STATE, this.taken, state, copy),
    };
  }

  #markOf({ mark }: Generation): CheckpointPlace {
    return this.#watch === undefined
      ? mark.unverified
      : mark.read(this.#watch, "record of a checkpoint");
  }
}
