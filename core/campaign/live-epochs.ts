// What a machine alone is given epoch by epoch once a fault made it go its own way: as core/coordinator/epoch-feed.ts
// decides it, from the machine's own ballots. Inputs that were recorded come when it has released what the run without
// faults had released when they came. That is exact where inputs do not depend on what the guest sends; who answers
// requests (a disk, a network) is not asked again, and would have to be.
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

/** Inputs of one recorded epoch, and what had been released when they were taken. */
interface Waiting {
  readonly inputs: readonly Input[];
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
    const { inputs, isAny } = this.#take(released);
    const decision = decidePace({
      agreed: ballot,
      inFlight: this.#ahead,
      hasInputs: isAny,
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
      const { inputs } = known.record;
      const after = endOfOutputs(facts, at - runAheadEpochs);
      if (inputs.length > 0) waiting.push({ inputs, after });
    }
  }

  #take(released: (channel: string) => number): { inputs: readonly Input[]; isAny: boolean } {
    const waiting = this.#waiting ?? [];
    const isDue = ({ after }: Waiting): boolean =>
      Object.entries(after).every(([channel, bytes]) => released(channel) >= bytes);
    const first = waiting.findIndex((some) => !isDue(some));
    const due = waiting.splice(0, first < 0 ? waiting.length : first);
    return { inputs: due.flatMap(({ inputs }) => inputs), isAny: due.length > 0 };
  }
}

const isSamePace = (a: Ballot, b: Ballot): boolean =>
  a.isIdle === b.isIdle && a.tick === b.tick && a.nextAlarmTick === b.nextAlarmTick;
