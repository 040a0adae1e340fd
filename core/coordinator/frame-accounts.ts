// Who holds the frames of the pool, over the time of a run: exact, and bounded however long it runs.
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { ReplicaMemories } from "./replica-memories.ts";
import { OWNER } from "../memory/shared-layout.ts";

/**
 * Frames by owner: "free", "zero" (the one behind all untouched pages), "checkpoint", "older checkpoints", "replica <n>",
 * and "candidate" while a checkpoint is in the making.
 */
export type FramesByOwner = Readonly<Record<string, number>>;

/** Memory when the replicas were let go after a checkpoint. */
export interface MemorySample {
  readonly epoch: number;
  readonly steps: number;
  /** Most frames in use since the sample before, seen right before pages were shared again. */
  readonly peakFrames: number;
  /** Pages of one replica that are not untouched zeros: the frames it would need on its own. */
  readonly replicaPages: number;
  readonly framesByOwner: FramesByOwner;
}

/** Frames in use, whoever has them. */
export function framesInUse(framesByOwner: FramesByOwner): number {
  const all = Object.values(framesByOwner).reduce((sum, frames) => sum + frames, 0);
  return all - (framesByOwner["free"] ?? 0);
}

/** What there is to count, as it stood at an instant. */
export interface FrameLook {
  /** Held, by owner. */
  readonly held: Int32Array;
  readonly ofReplicas: readonly (readonly [replica: number, frames: number])[];
  /** See `MemorySample`. */
  readonly replicaPages: number;
}

/** Samples of a report. Beyond it every second one goes, and only half as many are taken from there on. */
const MOST_SAMPLES = 256;

export class FrameAccounts {
  readonly #frames: FrameSharing;
  readonly #memories: Pick<ReplicaMemories, "framesOf">;
  readonly #replicas: { readonly numbers: readonly number[] };
  #samples: MemorySample[] = [];
  #last: MemorySample | undefined;
  /** Checkpoints per sample. */
  #stride = 1;
  #checkpoints = 0;
  #peak = 0;
  #peakSinceSample = 0;

  constructor(
    frames: FrameSharing,
    memories: Pick<ReplicaMemories, "framesOf">,
    replicas: { readonly numbers: readonly number[] },
  ) {
    this.#frames = frames;
    this.#memories = memories;
    this.#replicas = replicas;
  }

  /** Most frames in use at any count. */
  get peakFrames(): number {
    return this.#peak;
  }

  /** At checkpoints evenly spread over the run; the last one is always there. */
  get samples(): readonly MemorySample[] {
    const isKept = this.#last === undefined || this.#samples.at(-1) === this.#last;
    return isKept
      ? this.#samples
      : [...this.#samples, this.#last].filter((one) => one !== undefined);
  }

  /** HOT: replicas stand still (bench: checkpoint pause). */
  look(): FrameLook {
    const { pool, touchedPageCount } = this.#frames;
    return {
      held: pool.snapshot(),
      ofReplicas: this.#replicas.numbers.map((one) => [one, this.#memories.framesOf(one)] as const),
      replicaPages: touchedPageCount,
    };
  }

  count({ held, ofReplicas }: FrameLook = this.look()): FramesByOwner {
    const counts = this.#frames.pool.withFree(held);
    const named: Record<string, number> = {
      free: counts[OWNER.free] ?? 0,
      zero: 1,
      checkpoint: (counts[OWNER.checkpoint] ?? 0) - 1,
      "older checkpoints": counts[OWNER.olderCheckpoints] ?? 0,
    };
    const candidate = counts[OWNER.candidate] ?? 0;
    if (candidate > 0) named["candidate"] = candidate;
    for (const [replica, frames] of ofReplicas) named[`replica ${replica}`] = frames;
    const used = framesInUse(named);
    this.#peak = Math.max(this.#peak, used);
    this.#peakSinceSample = Math.max(this.#peakSinceSample, used);
    return named;
  }

  /**
   * A checkpoint has been taken.
   * @param before its pages were shared: the peak
   */
  checkpointTaken(
    { epoch, steps }: { readonly epoch: number; readonly steps: number },
    before: FrameLook,
    after: FrameLook,
  ): FramesByOwner {
    this.count(before);
    const framesByOwner = this.count(after);
    const peakFrames = this.#peakSinceSample;
    const { replicaPages } = after;
    this.#last = { epoch, steps, peakFrames, replicaPages, framesByOwner };
    if (this.#checkpoints++ % this.#stride !== 0) return framesByOwner;
    this.#peakSinceSample = 0;
    this.#samples.push(this.#last);
    if (this.#samples.length > MOST_SAMPLES) this.#thin();
    return framesByOwner;
  }

  /** DETERMINISM: which samples stay depends on the number of checkpoints only. */
  #thin(): void {
    const all = this.#samples;
    this.#stride *= 2;
    this.#samples = all.flatMap((sample, index) => {
      if (index % 2 !== 0) return [];
      const peakFrames = Math.max(sample.peakFrames, all[index - 1]?.peakFrames ?? 0);
      return [{ ...sample, peakFrames }];
    });
    this.#last = this.#samples.at(-1);
  }
}
