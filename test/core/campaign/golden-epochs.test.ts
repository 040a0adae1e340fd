import { describe, expect, it } from "vitest";
import { endOfEpoch, epochOfStep, latencyOf } from "../../../core/campaign/golden-epochs.ts";

// Epoch 2 executes nothing: the guest is idle.
const facts = { epochEnds: [100, 150, 150, 250] };

describe("places in the run without faults", () => {
  it("are found by step", () => {
    const steps = [0, 99, 100, 149, 150, 249, 250, 900];
    expect(steps.map((step) => epochOfStep(facts, step))).toEqual([0, 0, 1, 1, 3, 3, 3, 3]);
  });

  it("are found by epoch, also before the first and behind the last", () => {
    expect([-1, 0, 2, 3, 9].map((epoch) => endOfEpoch(facts, epoch))).toEqual([
      0, 100, 150, 250, 250,
    ]);
  });

  it("give latencies that are never negative", () => {
    expect(latencyOf(facts, 30, 0)).toEqual({ latencySteps: 70, latencyEpochs: 0 });
    expect(latencyOf(facts, 30, 3)).toEqual({ latencySteps: 220, latencyEpochs: 3 });
    expect(latencyOf(facts, 200, 1)).toEqual({ latencySteps: 0, latencyEpochs: 0 });
  });
});
