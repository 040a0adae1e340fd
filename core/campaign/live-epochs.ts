// What a machine alone is given epoch by epoch once a fault made it go its own way: as core/coordinator/epoch-feed.ts
// decides it, from the machine's own ballots. Inputs that were recorded come when it has released on their channel what the
// run without faults had released there when they came. That is exact where inputs do not depend on what the guest sends,
// and where it sends the same; who answers requests (a disk, a network) is not asked again.
import type { Ballot, EpochRecord, Input } from "../api/epoch.ts";
import { decidePace } from "../coordinator/idle-pace.ts";
import { endOfOutputs } from "./golden-epochs.ts";
import type { GoldenStates } from "./golden-states.ts";
import type { GoldenFacts } from "./golden-run.ts";

export interface LiveEpochsParts {
  readonly states: Pick<GoldenStates, "epochs">;
  readonly facts: Pick<GoldenFacts, "released">;
  readonly runAheadEpochs: number;
  readonly epochSteps: number;
}

/** A recorded input, and what had been released when it was taken: on its channel, or on all where it answers nothing. */
interface Waiting {
  readonly input: Input;
  readonly after: Readonly<Record<string, number>>;
}

export class LiveEpochs {
  readonly #parts: LiveEpochsParts;
  /** Decided, and not executed yet. */
  readonly #ahead: EpochRecord[] = [];
  /** Of epochs that were not given as recorded. */
  #waiting: Waiting[] | undefined;

  /** @param firstEpoch in which the fault happens at the earliest */
  constructor(firstEpoch: number, parts: LiveEpochsParts) {
    this.#parts = parts;
    const { epochs } = parts.states;
    for (let ahead = 0; ahead < parts.runAheadEpochs; ahead++) {
      const record = epochs.get(firstEpoch + ahead)?.record;
      if (record !== undefined) this.#ahead.push(record);
    }
  }

  /** All that it was given, and is going to be as far as that is decided, is what the run without faults was given. */
  get isGolden(): boolean {
    return this.#waiting === undefined;
  }

  /** The next epoch; undefined where nothing will ever come any more. */
  next(): EpochRecord | undefined {
    return this.#ahead.shift();
  }

  /**
   * An epoch was executed: decides the one that is as far ahead as epochs may be.
   * @param isReleasedAlike it has released what the run without faults had at that epoch's end
   * @param released bytes by channel
   */
  agreed(ballot: Ballot, isReleasedAlike: boolean, released: (channel: string) => number): void {
    const { states, runAheadEpochs, epochSteps } = this.#parts;
    const number = ballot.epoch + runAheadEpochs;
    const golden = states.epochs.get(number);
    const known = states.epochs.get(ballot.epoch)?.ballot;
    const isAlike = isReleasedAlike && known !== undefined && isSamePace(known, ballot);
    if (this.isGolden && isAlike && golden !== undefined) {
      this.#ahead.push(golden.record);
      return;
    }
    this.#waiting ??= this.#inputsFrom(number);
    const inputs = this.#take(released);
    const decision = decidePace({
      agreed: ballot,
      inFlight: this.#ahead,
      hasInputs: inputs.length > 0,
      isInteractive: false,
      wallMs: 0,
    });
    if (decision.kind !== "go") return;
    this.#ahead.push({ epoch: number, steps: epochSteps, jumpTicks: decision.jumpTicks, inputs });
  }

  #inputsFrom(epoch: number): Waiting[] {
    const { states, facts, runAheadEpochs } = this.#parts;
    const waiting: Waiting[] = [];
    for (let at = epoch; ; at++) {
      const known = states.epochs.get(at);
      if (known === undefined) return waiting;
      const released = endOfOutputs(facts, at - runAheadEpochs);
      for (const input of known.record.inputs) {
        const { [input.channel]: own } = released;
        waiting.push({ input, after: own === undefined ? released : { [input.channel]: own } });
      }
    }
  }

  /** In the order of each channel. */
  #take(released: (channel: string) => number): readonly Input[] {
    const late = new Set<string>();
    const due: Input[] = [];
    this.#waiting = this.#waiting?.filter(({ input, after }) => {
      const { channel } = input;
      const isDue = Object.entries(after).every(([other, bytes]) => released(other) >= bytes);
      if (!isDue) late.add(channel);
      if (late.has(channel)) return true;
      due.push(input);
      return false;
    });
    return due;
  }
}

const isSamePace = (a: Ballot, b: Ballot): boolean =>
  a.isIdle === b.isIdle && a.tick === b.tick && a.nextAlarmTick === b.nextAlarmTick;
