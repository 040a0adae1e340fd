// Takes known-good checkpoints. Where few pages were written they are compared while the replicas stand still. Where
// there are many, what replicas have in them is only held (`HeldPages`): the replicas run on, the pages are compared
// meanwhile, some after each epoch, and when all were found equal the replicas stand still once more, for as long as it
// takes to share them.
//
// DETERMINISM: how many are compared after an epoch is fixed, so the boundary at which a checkpoint begins to count does
// not depend on the host.
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { CheckpointTaken, Vmm } from "../api/vmm.ts";
import { sealOfNumbers } from "../integrity/seal.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { hostMilliseconds } from "../replica/host-milliseconds.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { PageComparison } from "./compare-memory.ts";
import {
  compareGathered,
  compareStates,
  gatherStates,
  type ComparisonParts,
} from "./compare-states.ts";
import type { Upkeep } from "../integrity/upkeep.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { FrameAccounts } from "./frame-accounts.ts";
import type { CheckpointPlace, KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import type { Boundary, RunPosition } from "./run-position.ts";

/** Where the policy does not say it: about half a millisecond (bench: checkpoint). */
const PAGES_PER_EPOCH = 512;

/** A replica that claims to have stood still for longer is not believed. */
const LONGEST_PAUSE_MS = 60_000;

export interface CheckpointParts extends ComparisonParts {
  readonly vmm: Pick<Vmm, "hooks">;
  /** Of the checkpoints. */
  readonly frames: FrameSharing;
  readonly sharing: MemorySharing;
  readonly policy: Pick<CheckpointPolicy, "heldFrom" | "pagesPerEpoch">;
  readonly faults: Pick<CoordinatorFaults, "checkpointTaken" | "visit">;
  readonly accounts: FrameAccounts;
  readonly recorder?: Pick<Recorder, "checkpointTaken"> | undefined;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly log: Pick<EpochLog, "trim">;
  readonly position: Pick<RunPosition, "seal">;
  readonly upkeep?: Pick<Upkeep, "checkpointTaken">;
}

/** What becomes a checkpoint when its pages are found equal. */
interface Verifiable {
  readonly place: CheckpointPlace;
  /** Of the place: nobody else knows it. */
  readonly seal: number;
  readonly state: Uint8Array;
  /** The same as another replica gave it. */
  readonly stateCopy: Uint8Array | undefined;
  readonly pages: readonly number[];
  /** That replicas have stood still for it. */
  readonly pauseMs: number;
}

/** A state in which all replicas stood still, their machine states equal, their pages held and not all compared yet. */
interface Candidate extends Verifiable {
  /** Two evaluations, of the pages before `next`. */
  evaluations: readonly PageComparison[];
  next: number;
}

export type TakeResult =
  | { readonly kind: "taken" }
  /** Its pages are going to be compared. */
  | { readonly kind: "begun" }
  /** Somebody died or hung instead of answering. */
  | { readonly kind: "absent" }
  | { readonly kind: "differs"; readonly detail: string };

export class CheckpointTaker {
  last: CheckpointTaken | undefined;
  readonly #parts: CheckpointParts;
  #candidate: Candidate | undefined;
  /** A candidate turned out to be none: the next checkpoint is compared while everybody stands still. */
  #isCautious = false;
  /** Instant before which the replicas stood still for something else. */
  #resumedMs = 0;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** What is begun, where it stands. */
  get candidate(): Readonly<Candidate> | undefined {
    return this.#candidate;
  }

  get hasBegun(): boolean {
    return this.#candidate !== undefined;
  }

  /** A checkpoint is begun, and not all of its pages are compared. */
  get isComparing(): boolean {
    return this.#candidate !== undefined && !isCompared(this.#candidate);
  }

  /** All replicas stand still at the boundary of this ballot, the last one agreed on. */
  async take(agreed: Boundary): Promise<TakeResult> {
    const pauseStartMs = this.#standingSinceMs();
    if (this.#candidate !== undefined) {
      if (this.#complete(this.#candidate, pauseStartMs)) return { kind: "taken" };
      this.#isCautious = true;
    }
    const { replicas, memories, checkpoints } = this.#parts;
    const gathered = await gatherStates(replicas.all, replicas);
    // The dead are dealt with first.
    if (gathered.absent.length > 0) return { kind: "absent" };
    const place = checkpoints.place(agreed, performance.now());
    const seal = sealOfPlace(place);
    const { starts, states } = gathered;
    const [state, stateCopy] = states.values();
    const isAlike = starts.every((groups) => groups.length === 1);
    const pages = isAlike && !this.#isCautious ? this.#hold() : undefined;
    this.#isCautious = false;
    if (pages !== undefined && state !== undefined) {
      for (const handle of replicas.all) handle.remapped();
      const evaluations = starts.map((groups) => ({
        groups: groups.map((members) => [...members]),
        firstPage: undefined,
      }));
      const pauseMs = performance.now() - pauseStartMs;
      this.#candidate = { place, seal, state, stateCopy, pages, pauseMs, evaluations, next: 0 };
      return { kind: "begun" };
    }
    const comparison = await compareGathered(gathered, agreed.steps, this.#parts);
    if (comparison.absent.length > 0) return { kind: "absent" };
    if (comparison.groups.length !== 1 || comparison.state === undefined) {
      return { kind: "differs", detail: comparison.detail };
    }
    // Who does not deliver what it was compared by is dead, and dealt with first.
    if (!(await memories.obtain(comparison.pages, replicas.numbers))) return { kind: "absent" };
    const { state: equal, stateCopy: copy, pages: equalPages } = comparison;
    this.#share(
      { place, seal, state: equal, stateCopy: copy, pages: equalPages, pauseMs: 0 },
      pauseStartMs,
    );
    return { kind: "taken" };
  }

  /** An epoch was agreed on. @param isUrgent all pages are compared at once */
  compareSome(isUrgent = false): void {
    const { pagesPerEpoch = PAGES_PER_EPOCH } = this.#parts.policy;
    if (this.#candidate !== undefined) {
      this.#compare(this.#candidate, isUrgent ? Infinity : this.#candidate.next + pagesPerEpoch);
    }
  }

  /**
   * What is begun is brought to an end, at whatever boundary the live replicas stand still: before replicas are given up
   * and states compared again. @returns false when it turned out to be no checkpoint
   */
  async settle(): Promise<boolean> {
    if (this.#candidate === undefined) return true;
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    this.#compare(this.#candidate, this.#candidate.pages.length);
    return this.#complete(this.#candidate, performance.now());
  }

  /**
   * At the end of a run, as `settle`.
   * @param steps of the last boundary that was agreed on
   * @returns what replicas differ in where it turned out to be no checkpoint, unless that is gone meanwhile
   */
  async finish(steps: number): Promise<string | undefined> {
    if (await this.settle()) return undefined;
    const { alive } = this.#parts.replicas;
    const { groups, detail } = await compareStates(alive, steps, this.#parts, "apart");
    return groups.length > 1 ? detail : undefined;
  }

  /** A recovery is over, or a restart: until now the replicas stood still for that. */
  resumed(): void {
    this.#resumedMs = performance.now();
  }

  /** What is begun is given up with the replicas. */
  abandon(): void {
    this.#candidate = undefined;
  }

  #hold(): readonly number[] | undefined {
    const { replicas, memories, policy } = this.#parts;
    // With nobody to be compared with, nothing would take long.
    if (replicas.all.length === 1) return undefined;
    return memories.held?.hold(policy.heldFrom ?? Infinity, replicas.numbers);
  }

  #compare(candidate: Candidate, to: number): void {
    const { held } = this.#parts.memories;
    if (held === undefined || isCompared(candidate)) return;
    const slice = candidate.pages.slice(candidate.next, to);
    const starts = candidate.evaluations.map(({ groups }) => groups);
    candidate.evaluations = held.compare(starts, slice);
    candidate.next += slice.length;
  }

  /** Instant since which all replicas stand still for a checkpoint; now, where nobody knows or it can't be true. */
  #standingSinceMs(): number {
    const nowMs = performance.now();
    const since = this.#parts.replicas.all.map(({ standsSinceMs }) => standsSinceMs ?? Infinity);
    const agoMs = hostMilliseconds() - Math.max(...since);
    return Math.max(this.#resumedMs, agoMs > 0 && agoMs < LONGEST_PAUSE_MS ? nowMs - agoMs : nowMs);
  }

  /**
   * @param startMs since when the replicas stand still for it
   * @returns false when it is no checkpoint: then everything is as if it had never been begun
   */
  #complete(candidate: Candidate, startMs: number): boolean {
    const { replicas, memories, check } = this.#parts;
    const { place, evaluations } = candidate;
    const { groups } = check.evaluate("states", place.steps, [
      () => evaluations[0]?.groups ?? [],
      () => evaluations[1]?.groups ?? [],
    ]);
    // They were equal when it was begun; one may have been damaged since.
    const isEqual = groups.length === 1 && areStatesEqual(candidate);
    if (isEqual) this.#share(candidate, startMs);
    else {
      this.#candidate = undefined;
      memories.held?.withdraw();
      for (const handle of replicas.all) handle.remapped();
    }
    return isEqual;
  }

  /** @param startMs since when the replicas stand still, beside what it says of itself */
  #share(comparison: Verifiable, startMs: number): void {
    const { vmm, replicas, frames, memories, sharing, accounts, checkpoints, log } = this.#parts;
    const { recorder, faults, position } = this.#parts;
    faults.visit("checkpointing", comparison.place.steps, { comparison });
    // Nothing is changed yet: the loop goes on from here, or without what was begun.
    if (sealOfPlace(comparison.place) !== comparison.seal) {
      throw new Error("the place of a checkpoint in the making was changed");
    }
    // From here to the end there is no checkpoint to go back to.
    position.seal({ isTaking: true });
    this.#candidate = undefined;
    const { place, state, stateCopy, pages } = comparison;
    const { epoch, steps } = place;
    accounts.count();
    checkpoints.keepAtMost(frames.generationCount);
    if (checkpoints.areOlderKept) frames.beginGeneration();
    frames.pool.inBatch(() => {
      sharing.pagesVerified(pages, replicas.numbers, memories.mechanism);
      memories.checkpointTaken(replicas.numbers);
    });
    recorder?.checkpointTaken({ epoch, steps, state, pages });
    faults.checkpointTaken(steps);
    for (const handle of replicas.all) handle.remapped();
    const pauseMs = comparison.pauseMs + performance.now() - startMs;
    checkpoints.take(state, place, pauseMs, stateCopy);
    for (let count = frames.generationCount; count > checkpoints.count; count--) {
      frames.dropOldestGeneration();
    }
    // The checkpoint itself may have needed frames of older ones.
    checkpoints.keepAtMost(frames.generationCount);
    log.trim(checkpoints.oldestEpoch);
    this.#parts.upkeep?.checkpointTaken(pages);
    position.seal({ isTaking: false });
    faults.visit("checkpointed", steps);
    this.last = {
      epoch,
      steps,
      dirtyPages: pages.length,
      pauseMs: comparison.pauseMs + performance.now() - startMs,
      generations: checkpoints.count,
      framesByOwner: accounts.checkpointTaken({ epoch, steps }),
    };
    vmm.hooks.checkpointTaken.call(this.last);
  }
}

const sealOfPlace = (place: CheckpointPlace): number => sealOfNumbers(Object.values(place), 0);

/** In full, or as far as the first difference. */
const isCompared = ({ pages, evaluations, next }: Candidate): boolean =>
  next >= pages.length || evaluations.some(({ groups }) => groups.length > 1);

const areStatesEqual = ({ state, stateCopy }: Verifiable): boolean =>
  stateCopy === undefined || Buffer.compare(state, stateCopy) === 0;
