import { describe, expect, it } from "vitest";
import type { CheckpointProgress } from "../../../core/index.ts";
import { periodic } from "../../../plugins/checkpoint/periodic.ts";
import { FAR, progressOf } from "./progress-of.ts";

const isDue = (options: object, progress: Partial<CheckpointProgress>): boolean =>
  periodic.create({ ...options }).shouldCheckpoint(progressOf(progress));

describe("periodic", () => {
  it("asks for a checkpoint from the given number of epochs on, whatever else happened", () => {
    const due = [1, 2, 3, 4].map((epochs) => isDue({ everyEpochs: 3 }, { epochs }));
    expect(due).toEqual([false, false, true, true]);
    expect(isDue({ everyEpochs: 3 }, { ...FAR, epochs: 2 })).toBe(false);
  });

  it("checkpoints after every epoch with 1", () => {
    expect(isDue({ everyEpochs: 1 }, { epochs: 1 })).toBe(true);
  });

  it("counts 100 epochs where no interval is given", () => {
    expect([99, 100].map((epochs) => isDue({}, { epochs }))).toEqual([false, true]);
  });

  it("counts steps", () => {
    const due = [4999, 5000, 9000].map((steps) => isDue({ everySteps: 5000 }, { steps }));
    expect(due).toEqual([false, true, true]);
    expect(isDue({ everySteps: 5000 }, { ...FAR, steps: 4999 })).toBe(false);
  });

  it("counts milliseconds of virtual time, which ticks ten thousand times in each", () => {
    const due = [29_999, 30_000, 90_000].map((ticks) => isDue({ everyMs: 3 }, { ticks }));
    expect(due).toEqual([false, true, true]);
    expect(isDue({ everyMs: 3 }, { ...FAR, ticks: 29_999 })).toBe(false);
  });

  it("has one interval only", () => {
    const check = (options: object): string | undefined =>
      periodic.checkOptions?.({ ...options })?.option;
    expect(check({})).toBeUndefined();
    expect(check({ everyMs: 1 })).toBeUndefined();
    expect(check({ everyEpochs: 1, everySteps: 5 })).toBe("everySteps");
    expect(check({ everySteps: 1, everyMs: 5 })).toBe("everyMs");
    expect(periodic.checkOptions?.({ everyEpochs: 1, everyMs: 5 })).toEqual({
      option: "everyMs",
      problem: expect.stringContaining("everyEpochs is set too"),
      remedy: expect.stringContaining("`everyEpochs: null`"),
    });
  });
});
