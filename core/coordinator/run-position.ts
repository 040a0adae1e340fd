// Where a run stands: all that the coordinator's loop has to know to go on, beside the log and the checkpoints. What the
// loop works with is compared with a sealed image at every turn; after a failure of the loop the image is what counts.
import type { Ballot } from "../api/epoch.ts";
import type { IntegrityWatch } from "../integrity/integrity-watch.ts";
import { sealOfNumbers } from "../integrity/seal.ts";
import { SealedTwin, type TwinKind } from "../integrity/sealed-twin.ts";

/** What is done about an epoch that was agreed on, in this order. */
export const STAGE = { concluded: 0, agreed: 1, released: 2, told: 3 } as const;

/** What later epochs depend on of an epoch that was agreed on. */
export type Boundary = Pick<Ballot, "epoch" | "steps" | "isIdle" | "tick" | "nextAlarmTick">;

export interface PositionState extends Record<string, number | boolean> {
  /** The latest agreed epoch, -1 before the first. */
  epoch: number;
  steps: number;
  isIdle: boolean;
  tick: number;
  nextAlarmTick: number;
  /** `STAGE` of that epoch. */
  stage: number;
  /** Last epoch whose record was frozen, and last one that replicas have. */
  frozen: number;
  sent: number;
  /** A checkpoint is due: no more records are sent until all epochs sent are agreed on. */
  isDraining: boolean;
  /** The known-good checkpoint is being replaced. */
  isTaking: boolean;
  /** A divergence is being resolved. */
  isRecovering: boolean;
}

const START: PositionState = {
  epoch: -1,
  steps: 0,
  isIdle: false,
  tick: 0,
  nextAlarmTick: Infinity,
  stage: STAGE.concluded,
  frozen: -1,
  sent: -1,
  isDraining: false,
  isTaking: false,
  isRecovering: false,
};

const FIELDS = Object.keys(START);

const IMAGE: TwinKind<PositionState> = {
  seal: (state, sequence) =>
    sealOfNumbers(
      FIELDS.map((field) => Number(state[field])),
      sequence,
    ),
  copy: (state) => ({ ...state }),
};

export class RunPosition {
  /** What the loop reads and writes. */
  readonly live: PositionState = { ...START };
  readonly #watch: IntegrityWatch | undefined;
  #image: SealedTwin<PositionState>;
  #sequence = 0;

  /** @param watch undefined: what stands there counts, and there is no image */
  constructor(watch: IntegrityWatch | undefined) {
    this.#watch = watch;
    this.#image = new SealedTwin(IMAGE, 0, { ...START });
  }

  get agreed(): Boundary | undefined {
    return this.live.epoch < 0 ? undefined : this.live;
  }

  /** Copies and seal of the image, where they stand; undefined without one. */
  get image(): object | undefined {
    return this.#watch === undefined ? undefined : this.#image.parts;
  }

  /** From here on, this is where the run stands. */
  seal(changes: Partial<PositionState>): void {
    // What else changed meanwhile is no business of the loop's.
    this.verify();
    Object.assign(this.live, changes);
    if (this.#watch === undefined) return;
    this.#image = new SealedTwin(IMAGE, ++this.#sequence, { ...this.live });
  }

  /** What the loop works with is as it was sealed, or put right. @throws IntegrityBreach when no image is intact */
  verify(): void {
    if (this.#watch === undefined) return;
    const known = this.#image.unverified;
    if (FIELDS.every((field) => Object.is(this.live[field], known[field]))) return;
    this.restore();
    this.#watch.repaired("the coordinator's position", "from its sealed image");
  }

  /** The loop failed: whatever it was about to do, the run stands where it was sealed. */
  restore(): void {
    if (this.#watch === undefined) return;
    Object.assign(this.live, this.#image.read(this.#watch, "the sealed position"));
  }
}
