// The run without faults, executed again from its recording in the thread that runs experiments: what was claimed at the
// end of each epoch, and the states that experiments fork from and are compared with.
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { ballotOf, enterEpoch } from "../machine/epoch-of-machine.ts";
import { endOf, type EpochEntry } from "../recording/epoch-entries.ts";
import type { RecordedRun } from "../recording/recorded-run.ts";
import type { GoldenCheck, GoldenFacts } from "./golden-run.ts";
import { TouchedPages } from "./touched-pages.ts";
import { statesError } from "./states-error.ts";
import type { Subject, SubjectState } from "./subject.ts";

/** A state of the run without faults. */
export interface GoldenPlace extends SubjectState {
  /** In memory. */
  readonly number: number;
  /** The epoch that goes on here; at its start where `isBoundary`, before its inputs. */
  readonly epoch: number;
  readonly isBoundary: boolean;
  readonly steps: number;
  readonly registers: Uint8Array;
  /** Counts the stretches of execution up to there. */
  readonly stretch: number;
}

export interface GoldenEpoch {
  readonly record: EpochRecord;
  /** Steps with which it begins. */
  readonly startSteps: number;
  /** Undefined for what was begun when the run ended. */
  readonly ballot: Ballot | undefined;
}

/** Places are this close where memory allows. */
const MOST_PLACES = 2048;
const LEAST_SPACING = 2_000;
const LATER_EPOCHS = 2;

export interface GoldenStatesParts {
  readonly subject: Subject;
  readonly run: RecordedRun;
  readonly facts: GoldenFacts;
  /** Experiments begin no earlier. */
  readonly fromStep: number;
  /** The first epoch whose states matter; ends after `fromStep`. */
  readonly firstEpoch: number;
  /** No places are kept but the first one and those of comparisons in full, and none counts as reached again. */
  readonly isWithoutShortcuts: boolean;
}

/**
 * @param areStatesCompared where pages written since the comparison before count: then that is where it begins
 * @returns the epoch to begin with
 */
export function firstEpochFor(
  facts: Pick<GoldenFacts, "epochEnds" | "checks">,
  fromStep: number,
  areStatesCompared: boolean,
): number {
  const epoch = facts.epochEnds.findIndex((end) => end >= fromStep);
  if (!areStatesCompared || facts.checks.length === 0) return epoch;
  const before = facts.checks.filter(({ ofEpoch }) => ofEpoch < epoch).at(-1);
  return (before?.ofEpoch ?? -1) + 1;
}

export class GoldenStates {
  /** By number, from `firstEpoch` on. */
  readonly epochs: ReadonlyMap<number, GoldenEpoch>;
  /** In order. */
  readonly places: readonly GoldenPlace[];
  readonly #byEpoch: ReadonlyMap<number, readonly GoldenPlace[]>;
  readonly #touched: TouchedPages;
  /** Whether who is at a place again needs not go on. */
  readonly isConvergenceKnown: boolean;

  /**
   * @throws XV_ERR_CAMPAIGN_NOT_DETERMINISTIC where execution is not what was recorded, XV_ERR_CAMPAIGN_STATES where
   * there is no room for the states
   */
  constructor(parts: GoldenStatesParts) {
    const pass = new GoldenPass(parts);
    try {
      pass.execute();
    } catch (error) {
      throw statesError(error, parts.facts.checks.length, pass.places.length);
    }
    this.epochs = pass.epochs;
    this.places = pass.places;
    this.#touched = pass.touched;
    this.isConvergenceKnown = !parts.isWithoutShortcuts;
    this.#byEpoch = Map.groupBy(pass.places, ({ epoch }) => epoch);
  }

  /** The last place before a step; the first one where there is none. */
  before(step: number): GoldenPlace {
    const { places } = this;
    if (!this.isConvergenceKnown) return places[0] as GoldenPlace;
    let from = 0;
    let end = places.length;
    while (from < end) {
      const middle = (from + end) >>> 1;
      if ((places[middle]?.steps ?? 0) < step) from = middle + 1;
      else end = middle;
    }
    return places[Math.max(0, from - 1)] as GoldenPlace;
  }

  /** Whether the run without faults neither reads nor writes a page after a place. */
  isUntouchedAfter(place: GoldenPlace, page: number): boolean {
    return !this.#touched.isTouchedAfter(place.stretch, page);
  }

  /** The place that follows an epoch, where there is one. */
  boundaryAfter(epoch: number): GoldenPlace | undefined {
    const [first] = this.in(epoch + 1);
    return first?.isBoundary === true ? first : undefined;
  }

  /** Places within an epoch, and at its start, in order. */
  in(epoch: number): readonly GoldenPlace[] {
    return this.#byEpoch.get(epoch) ?? [];
  }
}

/** @returns all recorded points up to the last one before an epoch */
export function pointsBefore(run: RecordedRun, epoch: number): RecordedRun["points"] {
  return run.points.filter((point) => point.epoch < epoch);
}

class GoldenPass {
  readonly epochs = new Map<number, GoldenEpoch>();
  places: GoldenPlace[] = [];
  readonly touched: TouchedPages;
  readonly #parts: GoldenStatesParts;
  readonly #checks: ReadonlySet<number>;
  #spacing: number;
  #nextAt = 0;

  constructor(parts: GoldenStatesParts) {
    this.#parts = parts;
    const { facts, fromStep } = parts;
    this.touched = new TouchedPages(parts.subject);
    this.#checks = placesOfChecks(facts.checks);
    const span = facts.steps - fromStep;
    this.#spacing = parts.isWithoutShortcuts
      ? Infinity
      : Math.max(LEAST_SPACING, Math.ceil(span / MOST_PLACES));
  }

  execute(): void {
    const { subject, run, facts, firstEpoch } = this.#parts;
    const start = pointsBefore(run, firstEpoch).at(-1);
    for (const entry of run.entriesAfter(start?.epoch ?? -1)) {
      const { record, end } = entry;
      // Begun when the run ended: of use only to who goes on from there.
      if (end === undefined) {
        const startSteps = subject.machine.steps;
        this.epochs.set(record.epoch, { record, startSteps, ballot: undefined });
        continue;
      }
      if (record.epoch < firstEpoch) this.#skip(entry);
      else this.#visit(entry);
    }
    // States are compared at the very end, too.
    this.#addPlace(facts.epochs, true);
    this.touched.end();
    subject.versions.seal();
  }

  /** Nothing forks from this epoch. */
  #skip(entry: EpochEntry): void {
    const ballot = this.#run(entry.record, () => {});
    this.#check(entry, ballot);
  }

  #visit(entry: EpochEntry): void {
    const { subject, fromStep } = this.#parts;
    const { record } = entry;
    const startSteps = subject.machine.steps;
    const isFirst = this.places.length === 0;
    if (isFirst) this.#addPlace(record.epoch, true);
    else if (startSteps >= this.#nextAt || this.#checks.has(record.epoch - 1)) {
      this.#addPlace(record.epoch, true);
    }
    const ballot = this.#run(record, (end) => {
      const { machine } = subject;
      for (;;) {
        const at = Math.max(this.#nextAt, machine.steps + 1, fromStep - this.#spacing);
        if (at >= end) return;
        machine.runTo(at);
        if (machine.steps < at || machine.isIdle() || machine.stop !== undefined) return;
        this.#addPlace(record.epoch, false);
      }
    });
    this.#check(entry, ballot);
    this.epochs.set(record.epoch, { record, startSteps, ballot });
  }

  /** @param before executes as much of the epoch as it likes */
  #run(record: EpochRecord, before: (end: number) => void): Ballot {
    const { machine } = this.#parts.subject;
    const end = machine.steps + record.steps;
    enterEpoch(machine, record);
    before(end);
    machine.runTo(end);
    return ballotOf(machine, record.epoch);
  }

  #check({ record, end }: EpochEntry, ballot: Ballot): void {
    if (end === undefined) return;
    const found = endOf(ballot, end.registers !== undefined);
    if (found.digest === end.digest) return;
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_NOT_DETERMINISTIC",
      `The run without faults does not repeat from its recording: epoch ${record.epoch} ends otherwise.`,
      {
        place: this.#parts.run.path,
        value: `step ${found.steps}`,
        remedy:
          "Have it recorded again with this version of ExtraVirt and its plugins; report it where that does not help.",
      },
    );
  }

  #addPlace(epoch: number, isBoundary: boolean): void {
    const { subject } = this.#parts;
    const { machine, versions } = subject;
    const number = this.places.length === 0 ? 0 : versions.addPlace();
    const stretch = this.touched.endStretch(versions.writtenBetween(number - 1, number));
    this.places.push({
      ...subject.state(),
      number,
      epoch,
      isBoundary,
      steps: machine.steps,
      registers: machine.processor.registers(),
      stretch,
    });
    this.#nextAt = machine.steps + this.#spacing;
    if (versions.heldFrames > this.#parts.subject.versionFrames) this.#thin();
  }

  /** Every other place goes, but for those that full comparisons need. */
  #thin(): void {
    const { versions } = this.#parts.subject;
    const isKept = (place: number): boolean => {
      const { isBoundary, epoch } = this.places[place] as GoldenPlace;
      return place % 2 === 0 || (isBoundary && this.#checks.has(epoch - 1));
    };
    const last = this.places.length - 1;
    const kept = this.places.filter((_, place) => place === 0 || place === last || isKept(place));
    // What full comparisons need stays, however much it is: then nothing is gained by placing others farther apart.
    if (kept.length === this.places.length) return;
    versions.thin(isKept);
    this.places = kept.map((place, number) => ({ ...place, number }));
    this.#spacing *= 2;
  }
}

/** Epochs at whose end states are compared: a faulty replica may have it done an epoch or two later. */
function placesOfChecks(checks: readonly GoldenCheck[]): ReadonlySet<number> {
  const epochs = new Set<number>();
  for (const { epoch, ofEpoch } of checks) {
    for (let at = ofEpoch; at <= epoch + LATER_EPOCHS; at++) epochs.add(at);
  }
  return epochs;
}
