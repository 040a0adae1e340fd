// The known-good checkpoints that are kept, as far as the coordinator knows them: their machine states, and which may be
// trusted. Their memory lives in the shared pool. Power-on is the first one.
//
// A checkpoint counts as known-good once `cleanSteps` were agreed on after it. The newest that does is never dropped: when
// `generations` newer ones are not there yet, it is kept besides, and no further one is taken.
import type { CheckpointPolicy, CheckpointProgress } from "../api/checkpoint-policy.ts";
import type { Ballot } from "../api/epoch.ts";

/** Pauses whose mean a policy is told. */
const PAUSES = 8;

interface Generation {
  /** Machine state; undefined means power-on. */
  readonly state: Uint8Array | undefined;
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

/** Where the run stood when a checkpoint was begun. */
export type CheckpointPlace = Omit<Generation, "state">;

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

  /** @param startMs wall time at power-on */
  constructor({ generations = 1, cleanSteps = 0 }: Keeping, startMs: number) {
    this.#generations = generations;
    this.#cleanSteps = cleanSteps;
    const nothing = {
      state: undefined,
      epoch: -1,
      steps: 0,
      tick: 0,
      cutShort: 0,
      outputs: 0,
      outputBytes: 0,
    };
    this.#kept = [{ ...nothing, takenMs: startMs }];
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

  /** Machine state of the newest one; undefined means power-on. */
  get state(): Uint8Array | undefined {
    return this.#newest.state;
  }

  /** Last epoch that the newest one includes. */
  get epoch(): number {
    return this.#newest.epoch;
  }

  /** Steps that the newest one includes. */
  get steps(): number {
    return this.#newest.steps;
  }

  /** Last epoch that the oldest one includes: the log reaches back to it. */
  get oldestEpoch(): number {
    return this.#kept[0]?.epoch ?? -1;
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
    const since = this.#newest;
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

  /** The replicas stand still at the boundary of this ballot, the last one agreed on. */
  place({ epoch, steps, tick }: Ballot, nowMs: number): CheckpointPlace {
    const totals = this.#totals;
    totals.steps = Math.max(totals.steps, steps);
    const { cutShort, outputs, outputBytes } = totals;
    return { epoch, steps, tick, cutShort, outputs, outputBytes, takenMs: nowMs };
  }

  /** A checkpoint was taken at this place; the oldest ones go as far as they are not needed. */
  take(state: Uint8Array, place: CheckpointPlace, pauseMs: number): void {
    this.#kept.push({ state, ...place });
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
    const isClean = ({ steps }: Generation): boolean =>
      this.#totals.steps - steps >= this.#cleanSteps;
    return Math.max(0, this.#kept.findLastIndex(isClean));
  }
}
