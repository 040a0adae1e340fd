// When a comparison in full would find a faulty replica: at the checkpoints of the run without faults, or later, where
// many pages were written and are held to be compared while replicas run on (core/coordinator/checkpoint-taker.ts, whose
// rule this follows).
import type { FaultyRun, StateDifference } from "./faulty-run.ts";
import type { GoldenPlace, GoldenStates } from "./golden-states.ts";
import type { GoldenFacts } from "./golden-run.ts";
import type { Subject } from "./subject.ts";

export interface HeldRules {
  readonly heldFrom: number;
  readonly pagesPerEpoch: number;
  readonly runAheadEpochs: number;
}

interface HeldParts {
  readonly facts: GoldenFacts;
  readonly held: HeldRules;
  readonly states: GoldenStates;
  readonly subject: Subject;
}

export class HeldComparison {
  readonly #parts: HeldParts;
  /** Epochs before states that are compared. */
  readonly #looked: ReadonlySet<number>;
  /** Pages differ that are being compared: after this epoch everything is. */
  #dueAfter: number | undefined;
  /** Epoch before the state that they differ in. */
  #ofEpoch = -1;

  constructor(parts: HeldParts) {
    this.#parts = parts;
    this.#looked = new Set(parts.facts.checks.map(({ ofEpoch }) => ofEpoch));
  }

  /** @returns what a comparison after this epoch finds, for people */
  after(epoch: number, run: FaultyRun, place: GoldenPlace): string | undefined {
    const { facts } = this.#parts;
    if (this.#dueAfter === undefined) {
      if (!this.#looked.has(epoch)) return undefined;
      const difference = run.differenceAt(place);
      if (difference === undefined) return undefined;
      const delay = this.#delay(difference, place);
      if (delay === undefined) return textOf(difference);
      this.#dueAfter = epoch + delay;
      this.#ofEpoch = epoch;
    }
    const isOver = epoch === facts.epochs - 1;
    if (epoch < this.#dueAfter && !isOver) return undefined;
    this.#dueAfter = undefined;
    const difference = run.differenceAt(place);
    return difference === undefined ? undefined : textOf(difference);
  }

  /**
   * These pages differ at a place, and will for ever; nothing else does.
   * @returns where and how that is noticed
   */
  ofLatent(
    place: GoldenPlace,
    pages: readonly number[],
  ): { readonly epoch: number; readonly detail: string } | undefined {
    const { facts, states } = this.#parts;
    const sorted = pages.toSorted((a, b) => a - b);
    const detail = textOf({ isInMachine: false, pages: sorted });
    if (this.#dueAfter === undefined) {
      const check = facts.checks.find(({ ofEpoch }) => ofEpoch >= place.epoch);
      const compared = check && states.boundaryAfter(check.ofEpoch);
      if (check === undefined || compared === undefined) return undefined;
      const delay = this.#delay({ isInMachine: false, pages: sorted }, compared);
      if (delay === undefined) return { epoch: check.ofEpoch, detail };
      this.#dueAfter = check.ofEpoch + delay;
      this.#ofEpoch = check.ofEpoch;
    }
    return { epoch: Math.min(this.#dueAfter, facts.epochs - 1), detail };
  }

  /**
   * The last epoch before the known-good checkpoint that there is when a later epoch diverges: what was begun is brought to
   * its end first, and is none where pages differ.
   */
  checkpointBefore(epoch: number): number {
    const isOne = (ofEpoch: number): boolean =>
      ofEpoch < epoch && !(this.#dueAfter !== undefined && ofEpoch >= this.#ofEpoch);
    return this.#parts.facts.checks.filter(({ ofEpoch }) => isOne(ofEpoch)).at(-1)?.ofEpoch ?? -1;
  }

  /** @returns epochs until everything is compared, undefined where nobody waits */
  #delay(difference: StateDifference, place: GoldenPlace): number | undefined {
    const { held } = this.#parts;
    const pages = this.#writtenUpTo(place);
    if (pages.length < held.heldFrom) return undefined;
    if (difference.isInMachine)
      return this.#isHeldAhead(place) ? held.runAheadEpochs - 1 : undefined;
    const first = pages.indexOf(difference.pages[0] ?? -1);
    const compared = Math.ceil((first + 1) / held.pagesPerEpoch);
    return Math.max(1, compared) - 1 + held.runAheadEpochs;
  }

  /**
   * By what was written when the comparison was asked for. Otherwise replicas stop at the place, and machine states are
   * compared there; that they differ is known at once where they hold their pages, and they stop where they may not go on.
   */
  #isHeldAhead({ epoch }: GoldenPlace): boolean {
    const { held, states } = this.#parts;
    const asked = states.boundaryAfter(epoch - held.runAheadEpochs);
    return asked === undefined || this.#writtenUpTo(asked).length >= held.heldFrom;
  }

  /** Pages that any replica wrote since the comparison before, ascending. */
  #writtenUpTo(place: GoldenPlace): readonly number[] {
    const { facts, states, subject } = this.#parts;
    const before = facts.checks.filter(({ ofEpoch }) => ofEpoch < place.epoch - 1).at(-1);
    const from = states.boundaryAfter(before?.ofEpoch ?? -1);
    const pages = subject.versions.writtenBetween(from?.number ?? 0, place.number);
    return [...pages].toSorted((a, b) => a - b);
  }
}

const textOf = ({ isInMachine, pages }: StateDifference): string =>
  isInMachine ? "machine states differ" : `page 0x${(pages[0] ?? 0).toString(16)} differs`;
