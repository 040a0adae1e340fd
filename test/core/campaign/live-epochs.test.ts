import { describe, expect, it } from "vitest";
import type { GoldenEpoch } from "../../../core/campaign/golden-states.ts";
import { LiveEpochs } from "../../../core/campaign/live-epochs.ts";
import type { Ballot, EpochRecord, Input } from "../../../core/index.ts";

const EPOCH_STEPS = 100;
const input = (text: string): Input => ({ channel: "uart0", bytes: Buffer.from(text) });

function ballotOf(epoch: number, over: Partial<Ballot> = {}): Ballot {
  return {
    epoch,
    steps: (epoch + 1) * EPOCH_STEPS,
    isIdle: false,
    tick: epoch,
    nextAlarmTick: 1000,
    stop: undefined,
    outputs: [],
    registers: new Uint8Array(),
    dirtyPages: 0,
    ...over,
  };
}

/** Ten epochs; the answer to five bytes of output comes in epoch 6. */
function golden(): { epochs: Map<number, GoldenEpoch>; released: readonly object[] } {
  const epochs = new Map<number, GoldenEpoch>();
  for (let epoch = 0; epoch < 10; epoch++) {
    const inputs = epoch === 6 ? [input("answer")] : [];
    const record: EpochRecord = { epoch, steps: EPOCH_STEPS, jumpTicks: 0, inputs };
    epochs.set(epoch, { record, startSteps: epoch * EPOCH_STEPS, ballot: ballotOf(epoch) });
  }
  return { epochs, released: [{ epoch: 4, channels: { uart0: 5 } }] };
}

function liveFrom(first: number): LiveEpochs {
  const { epochs, released } = golden();
  return new LiveEpochs(first, {
    states: { epochs },
    facts: { released: released as { epoch: number; channels: Record<string, number> }[] },
    runAheadEpochs: 2,
    epochSteps: EPOCH_STEPS,
  });
}

/** @param released bytes on every channel after an epoch */
function run(
  live: LiveEpochs,
  last: number,
  ballot: (epoch: number) => Ballot,
  released: (epoch: number) => number,
): readonly EpochRecord[] {
  const records: EpochRecord[] = [];
  for (let record = live.next(); record !== undefined; record = live.next()) {
    const { epoch } = record;
    records.push(record);
    if (epoch === last) break;
    const isAlike = released(epoch) === (epoch < 4 ? 0 : 5);
    live.agreed(ballot(epoch), isAlike, () => released(epoch));
  }
  return records;
}

const inputsOf = (records: readonly EpochRecord[]): readonly number[] =>
  records.filter(({ inputs }) => inputs.length > 0).map(({ epoch }) => epoch);

describe("epochs of a machine that runs alone", () => {
  it("are those recorded as long as it claims what was recorded", () => {
    const live = liveFrom(2);
    const records = run(live, 8, ballotOf, (epoch) => (epoch < 4 ? 0 : 5));
    expect(records.map(({ epoch }) => epoch)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(inputsOf(records)).toEqual([6]);
    expect(live.isGolden).toBe(true);
  });

  it("have recorded inputs once it has sent what these answered, and not before", () => {
    const live = liveFrom(2);
    const records = run(live, 12, ballotOf, (epoch) => (epoch < 7 ? 0 : 5));
    expect(live.isGolden).toBe(false);
    expect(inputsOf(records)).toEqual([9]);
    // It goes on beyond what was recorded.
    expect(records.at(-1)).toEqual({ epoch: 12, steps: EPOCH_STEPS, jumpTicks: 0, inputs: [] });
  });

  it("have an answer when its own channel has come as far, whatever others lack", () => {
    const { epochs } = golden();
    const live = new LiveEpochs(2, {
      states: { epochs },
      facts: { released: [{ epoch: 4, channels: { uart0: 5, disk0: 100 } }] },
      runAheadEpochs: 2,
      epochSteps: EPOCH_STEPS,
    });
    const records: EpochRecord[] = [];
    for (let record = live.next(); record !== undefined; record = live.next()) {
      const { epoch } = record;
      records.push(record);
      if (epoch === 12) break;
      // Nothing ever went to the disk.
      live.agreed(ballotOf(epoch), false, (channel) => (channel === "uart0" && epoch >= 7 ? 5 : 0));
    }
    expect(inputsOf(records)).toEqual([9]);
  });

  it("jump to the next alarm where it sleeps, and end where there is none", () => {
    const asleep = (nextAlarmTick: number) => (epoch: number) =>
      ballotOf(epoch, { isIdle: true, nextAlarmTick });
    const never = (): number => 0;
    const jumping = run(liveFrom(2), 5, asleep(50), never);
    expect(jumping.map(({ jumpTicks }) => jumpTicks)).toEqual([0, 0, 48, 0]);
    expect(run(liveFrom(2), 9, asleep(Infinity), never).map(({ epoch }) => epoch)).toEqual([2, 3]);
  });
});
