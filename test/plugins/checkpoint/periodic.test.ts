import { describe, expect, it } from "vitest";
import { periodic } from "../../../plugins/checkpoint/periodic.ts";

describe("periodic", () => {
  it("asks for a checkpoint from the given number of epochs on, whatever else happened", () => {
    const policy = periodic.create({ everyEpochs: 3 });
    const at = (epochs: number, rest = 0): boolean =>
      policy.shouldCheckpoint({ epochs, steps: rest, ticks: rest, outputs: rest });
    expect([1, 2, 3, 4].map((epochs) => at(epochs))).toEqual([false, false, true, true]);
    expect(at(2, 1e9)).toBe(false);
  });

  it("checkpoints after every epoch with 1", () => {
    const policy = periodic.create({ everyEpochs: 1 });
    expect(policy.shouldCheckpoint({ epochs: 1, steps: 1, ticks: 0, outputs: 0 })).toBe(true);
  });
});
