// Takes known-good checkpoints. Where few pages were written they are compared while the replicas stand still. Where
// there are many, what replicas have in them is only held (`CandidateFrames`): the replicas run on, the pages are
// compared meanwhile, some after each epoch, and when all were found equal the replicas stand still once more, for as
// long as it takes to share them.
//
// DETERMINISM: how many are compared after an epoch is fixed, so the boundary at which a checkpoint begins to count does
// not depend on the host.
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { Ballot } from "../api/epoch.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { CheckpointTaken, Vmm } from "../api/vmm.ts";
import type { Recorder } from "../recording/recorder.ts";
import { compareInTurns, type PageComparison } from "./compare-memory.ts";
import { compareGathered, gatherStates, type ComparisonParts } from "./compare-states.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { FrameAccounts } from "./frame-accounts.ts";
import type { CheckpointPlace, KnownGoodCheckpoints } from "./known-good-checkpoints.ts";

/** Where the policy does not say it: about half a millisecond (bench: checkpoint). */
const PAGES_PER_EPOCH = 512;

export interface CheckpointParts extends ComparisonParts {
  readonly vmm: Pick<Vmm, "hooks">;
  readonly sharing: MemorySharing;
  readonly policy: Pick<CheckpointPolicy, "heldFrom" | "pagesPerEpoch">;
  readonly faults: Pick<CoordinatorFaults, "checkpointTaken">;
  readonly accounts: FrameAccounts;
  readonly recorder?: Pick<Recorder, "checkpointTaken"> | undefined;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly log: Pick<EpochLog, "trim">;
}

/** A state in which all replicas stood still, their machine states equal, their pages not compared yet. */
interface Candidate {
  readonly place: CheckpointPlace;
  readonly state: Uint8Array;
  readonly pages: readonly number[];
  readonly pauseMs: number;
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

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /** A checkpoint is begun, and not all of its pages are compared. */
  get isComparing(): boolean {
    return this.#candidate !== undefined && !this.#isCompared(this.#candidate);
  }

  get hasBegun(): boolean {
    return this.#candidate !== undefined;
  }

  /** All replicas stand still at the boundary of this ballot, the last one agreed on. */
  async take(agreed: Ballot): Promise<TakeResult> {
    if (this.#candidate !== undefined) {
      if (this.#complete(this.#candidate)) return { kind: "taken" };
      this.#isCautious = true;
    }
    const { replicas, frames, checkpoints, policy } = this.#parts;
    const startMs = performance.now();
    const gathered = await gatherStates(replicas.all, replicas);
    // The dead are dealt with first.
    if (gathered.absent.length > 0) return { kind: "absent" };
    const pages = frames.dirtyPages(...replicas.numbers);
    const place = checkpoints.place(agreed, startMs);
    const [one, other] = gathered.starts;
    const state = gathered.states.get(one?.[0]?.[0] ?? -1);
    const isAlike = one?.length === 1 && other?.length === 1 && state !== undefined;
    const areMany = pages.length >= (policy.heldFrom ?? Infinity);
    const isLater = areMany && !this.#isCautious && frames.hasRoomForCandidate(pages.length);
    this.#isCautious = false;
    if (isAlike && isLater) {
      frames.beginCandidate(pages);
      for (const handle of replicas.all) handle.remapped();
      const evaluations = [one, other].map((groups) => ({
        groups: groups.map((members) => [...members]),
        firstPage: undefined,
      }));
      const pauseMs = performance.now() - startMs;
      this.#candidate = { place, state, pages, pauseMs, evaluations, next: 0 };
      return { kind: "begun" };
    }
    const comparison = compareGathered(gathered, agreed.steps, pages, this.#parts);
    if (comparison.groups.length !== 1 || comparison.state === undefined) {
      return { kind: "differs", detail: comparison.detail };
    }
    this.#share(comparison.state, place, pages, startMs, 0);
    return { kind: "taken" };
  }

  /** An epoch was agreed on. */
  compareSome(): void {
    const candidate = this.#candidate;
    const { pagesPerEpoch = PAGES_PER_EPOCH } = this.#parts.policy;
    if (candidate !== undefined) this.#compare(candidate, candidate.next + pagesPerEpoch);
  }

  /**
   * What is begun is brought to an end, at whatever boundary the live replicas stand still: before replicas are given up
   * and states compared again.
   */
  async settle(): Promise<void> {
    const candidate = this.#candidate;
    if (candidate === undefined) return;
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    this.#compare(candidate, candidate.pages.length);
    this.#complete(candidate);
  }

  #isCompared({ pages, evaluations, next }: Candidate): boolean {
    return next >= pages.length || evaluations.some(({ groups }) => groups.length > 1);
  }

  #compare(candidate: Candidate, to: number): void {
    if (this.#isCompared(candidate)) return;
    const { frames, shared } = this.#parts;
    const slice = candidate.pages.slice(candidate.next, to);
    const starts = candidate.evaluations.map(({ groups }) => groups);
    candidate.evaluations = compareInTurns(starts, slice, frames.candidatePages, shared);
    candidate.next += slice.length;
  }

  /** @returns false when it is no checkpoint: then everything is as if it had never been begun */
  #complete(candidate: Candidate): boolean {
    const { replicas, frames, check } = this.#parts;
    const startMs = performance.now();
    const { place, state, pages, pauseMs, evaluations } = candidate;
    this.#candidate = undefined;
    const { groups } = check.evaluate("states", place.steps, [
      () => evaluations[0]?.groups ?? [],
      () => evaluations[1]?.groups ?? [],
    ]);
    if (groups.length === 1) this.#share(state, place, pages, startMs, pauseMs);
    else {
      frames.withdrawCandidate();
      for (const handle of replicas.all) handle.remapped();
    }
    return groups.length === 1;
  }

  /** @param earlierMs that replicas stood still when it was begun */
  #share(
    state: Uint8Array,
    place: CheckpointPlace,
    pages: readonly number[],
    startMs: number,
    earlierMs: number,
  ): void {
    const { vmm, replicas, frames, sharing, accounts, checkpoints, log } = this.#parts;
    const { recorder, faults } = this.#parts;
    const { epoch, steps } = place;
    accounts.count();
    checkpoints.keepAtMost(frames.generationCount);
    if (checkpoints.areOlderKept) frames.beginGeneration();
    sharing.pagesVerified(pages, replicas.numbers, frames);
    frames.endVerified();
    recorder?.checkpointTaken({ epoch, steps, state, pages });
    faults.checkpointTaken(steps);
    for (const handle of replicas.all) handle.remapped();
    const pauseMs = earlierMs + performance.now() - startMs;
    checkpoints.take(state, place, pauseMs);
    for (let count = frames.generationCount; count > checkpoints.count; count--) {
      frames.dropOldestGeneration();
    }
    // The checkpoint itself may have needed frames of older ones.
    checkpoints.keepAtMost(frames.generationCount);
    log.trim(checkpoints.oldestEpoch);
    this.last = {
      epoch,
      steps,
      dirtyPages: pages.length,
      pauseMs,
      generations: checkpoints.count,
      framesByOwner: accounts.checkpointTaken({ epoch, steps }),
    };
    vmm.hooks.checkpointTaken.call(this.last);
  }
}
