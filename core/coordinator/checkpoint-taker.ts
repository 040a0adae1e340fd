// Takes known-good checkpoints. Each replica holds the pages that it wrote (`HeldPages`) as it comes to the boundary, and
// goes on. The pages are compared meanwhile, some after each epoch, and when all were found equal the replicas stand still
// for as long as it takes to share them. Where nothing can be held, few pages were written, or what was held turned out
// to differ, the replicas stop at the boundary and are compared while they stand still.
//
// DETERMINISM: how many are compared after an epoch is fixed, so the boundary at which a checkpoint begins to count does
// not depend on the host.
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { Ballot } from "../api/epoch.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { CheckpointTaken, Vmm } from "../api/vmm.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { hostMilliseconds } from "../replica/host-milliseconds.ts";
import type { Recorder } from "../recording/recorder.ts";
import {
  apart,
  areStatesEqual,
  type Candidate,
  evaluationsOf,
  isCompared,
  isEqual,
  sealOfPlace,
  type Verifiable,
} from "./checkpoint-candidate.ts";
import {
  compareGathered,
  compareStates,
  gatherStates,
  statesGathered,
  type ComparisonParts,
} from "./compare-states.ts";
import type { Upkeep } from "../integrity/upkeep.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { FrameAccounts } from "./frame-accounts.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import type { ReplicaSet } from "./replica-set.ts";
import type { Boundary, PositionState, RunPosition } from "./run-position.ts";

/** Where the policy does not say it: about half a millisecond (bench: checkpoint). */
const PAGES_PER_EPOCH = 512;

/** A replica that claims to have stood still for longer is not believed. */
const LONGEST_PAUSE_MS = 60_000;

export interface CheckpointParts extends Pick<ComparisonParts, "memories" | "check"> {
  readonly replicas: Pick<
    ReplicaSet,
    "alive" | "all" | "awaitStates" | "numbers" | "quiesce" | "saveStates"
  >;
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

/** A boundary at which the replicas hold their pages as they come to it. */
interface Ahead {
  readonly epoch: number;
  /** Machine states there; undefined of those that died. */
  readonly states: readonly Promise<Uint8Array | undefined>[];
}

/** Grants the replicas what was held back. @returns what is to be sealed of it */
export type LetGo = () => Partial<PositionState>;

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
  #ahead: Ahead | undefined;
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
    return this.#ahead !== undefined || this.#candidate !== undefined;
  }

  /** A checkpoint is begun, and not all of its pages are compared. */
  get isComparing(): boolean {
    return this.#candidate === undefined ? this.#ahead !== undefined : !isCompared(this.#candidate);
  }

  /**
   * Has the replicas hold what they will have written at the last boundary that they were granted.
   * @param agreed the latest agreed ballot
   * @returns false where they have to stand still there instead
   */
  holdAhead(epoch: number, { dirtyPages }: Pick<Ballot, "dirtyPages">): boolean {
    const { replicas, memories, policy } = this.#parts;
    if (memories.held === undefined || this.#isCautious || replicas.all.length === 1) return false;
    const most = memories.held.most();
    if (dirtyPages < (policy.heldFrom ?? Infinity) || dirtyPages > most) return false;
    this.#ahead = { epoch, states: replicas.all.map((handle) => handle.hold(most)) };
    return true;
  }

  /** This boundary was agreed on: what the replicas held there, if it is the one, is compared from now on. */
  async adopt(agreed: Boundary): Promise<void> {
    const ahead = this.#ahead;
    if (ahead === undefined || agreed.epoch < ahead.epoch) return;
    const { replicas, memories, checkpoints } = this.#parts;
    const { all } = replicas;
    await replicas.awaitStates(all);
    const { absent, states, starts } = statesGathered(all, await Promise.all(ahead.states));
    // The dead are dealt with first.
    if (absent.length > 0) return;
    const pages = memories.held?.adopt();
    // After a restart it may be too late to know the place.
    const isCandidate = pages !== undefined && agreed.epoch === ahead.epoch;
    const place = checkpoints.place(agreed, performance.now());
    const [state = new Uint8Array(), stateCopy] = states.values();
    this.#ahead = undefined;
    this.#candidate = {
      place,
      seal: sealOfPlace(place),
      state,
      stateCopy,
      pages: pages ?? [],
      pauseMs: undefined,
      evaluations: isCandidate ? evaluationsOf(starts) : evaluationsOf(starts.map(apart)),
      next: 0,
    };
  }

  /**
   * All replicas stand still at the boundary of this ballot, the last one agreed on.
   * @param letGo undefined where nothing was held back
   */
  async take(agreed: Boundary, letGo?: LetGo): Promise<TakeResult> {
    const pauseStartMs = this.#standingSinceMs();
    if (this.#candidate !== undefined) {
      if (this.#complete(this.#candidate, pauseStartMs, letGo)) return { kind: "taken" };
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
      const evaluations = evaluationsOf(starts);
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
      letGo,
    );
    return { kind: "taken" };
  }

  /** What is begun is compared in full, and equal. */
  get isFoundEqual(): boolean {
    const candidate = this.#candidate;
    return candidate !== undefined && isEqual(candidate);
  }

  /**
   * The replicas stand still at the last boundary granted, agreed on or not, and what is begun was found equal: they go on
   * as soon as pages have changed hands.
   * @returns false where it was damaged since: the next checkpoint is compared while everybody stands still
   */
  completeEarly(letGo: LetGo): boolean {
    const startMs = this.#standingSinceMs();
    const isTaken =
      this.#candidate !== undefined && this.#complete(this.#candidate, startMs, letGo);
    this.#isCautious ||= !isTaken;
    return isTaken;
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
    if (!this.hasBegun) return true;
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    if (this.#candidate === undefined) {
      this.#withdraw();
      return true;
    }
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
    this.#ahead = undefined;
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
    // HOT: before anybody stands still for it (bench: checkpoint pause).
    if (isCompared(candidate)) candidate.groups = this.#evaluate(candidate);
  }

  /** Instant since which all replicas stand still for a checkpoint; now, where nobody knows or it can't be true. */
  #standingSinceMs(): number {
    const nowMs = performance.now();
    const since = this.#parts.replicas.all.map(({ standing }) => standing?.sinceMs() ?? Infinity);
    const agoMs = hostMilliseconds() - Math.max(...since);
    return Math.max(this.#resumedMs, agoMs > 0 && agoMs < LONGEST_PAUSE_MS ? nowMs - agoMs : nowMs);
  }

  /**
   * @param startMs since when the replicas stand still for it
   * @returns false when it is no checkpoint: then everything is as if it had never been begun
   */
  #complete(candidate: Candidate, startMs: number, letGo?: LetGo): boolean {
    const groups = candidate.groups ?? this.#evaluate(candidate);
    // They were equal when it was begun; one may have been damaged since.
    const isOne = groups.length === 1 && areStatesEqual(candidate);
    if (isOne) this.#share(candidate, startMs, letGo);
    else this.#withdraw();
    return isOne;
  }

  #evaluate({ place, evaluations }: Candidate): readonly (readonly number[])[] {
    const { groups } = this.#parts.check.evaluate("states", place.steps, [
      () => evaluations[0]?.groups ?? [],
      () => evaluations[1]?.groups ?? [],
    ]);
    return groups;
  }

  #withdraw(): void {
    const { replicas, memories } = this.#parts;
    this.abandon();
    const { alive } = replicas;
    memories.held?.withdraw(alive.map(({ replica }) => replica));
    for (const handle of replicas.all) handle.remapped();
  }

  /** @param startMs since when the replicas stand still, beside what it says of itself */
  #share(comparison: Verifiable, startMs: number, letGo?: LetGo): void {
    const { vmm, replicas, frames, memories, sharing, accounts, checkpoints, log } = this.#parts;
    const { recorder, faults, position, upkeep } = this.#parts;
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
    const before = accounts.look();
    const heldMs = comparison.pauseMs ?? this.#stoodMs();
    checkpoints.keepAtMost(frames.generationCount);
    if (checkpoints.areOlderKept) frames.beginGeneration();
    frames.pool.inBatch(() => {
      sharing.pagesVerified(pages, replicas.numbers, memories.mechanism);
      memories.checkpointTaken(replicas.numbers);
    });
    // It copies what a fault may strike.
    recorder?.checkpointTaken({ epoch, steps, state, pages });
    faults.checkpointTaken(steps);
    const keep = (pauseMs: number): void => {
      checkpoints.take(state, place, pauseMs, stateCopy);
      for (let count = frames.generationCount; count > checkpoints.count; count--) {
        frames.dropOldestGeneration();
      }
      // The checkpoint itself may have needed frames of older ones.
      checkpoints.keepAtMost(frames.generationCount);
    };
    const pausedMs = (): number => heldMs + performance.now() - startMs;
    // Running replicas may claim what older ones are to lose.
    const { areOlderKept } = checkpoints;
    if (areOlderKept) keep(pausedMs());
    const after = accounts.look();
    for (const handle of replicas.all) handle.remapped();
    const granted = letGo?.();
    const untilGrantedMs = pausedMs();
    if (!areOlderKept) keep(untilGrantedMs);
    position.seal({ isTaking: false, ...granted });
    log.trim(checkpoints.oldestEpoch);
    upkeep?.checkpointTaken(pages);
    faults.visit("checkpointed", steps);
    const framesByOwner = accounts.checkpointTaken(place, before, after);
    // Who was granted nothing stands still until the loop goes on.
    const pauseMs = letGo === undefined ? pausedMs() : untilGrantedMs;
    this.last = {
      epoch,
      steps,
      dirtyPages: pages.length,
      pauseMs,
      generations: checkpoints.count,
      framesByOwner,
    };
    vmm.hooks.checkpointTaken.call(this.last);
  }

  /** Longest time that a replica stood still to hold its pages; 0, where that can't be true. */
  #stoodMs(): number {
    const all = this.#parts.replicas.all.map(({ standing }) => standing?.stoodMs() ?? 0);
    return Math.max(0, ...all.filter((forMs) => forMs < LONGEST_PAUSE_MS));
  }
}
