import { describe, expect, it } from "vitest";
import type { CheckpointProgress } from "../../../core/index.ts";
import { outputRate } from "../../../plugins/checkpoint/output-rate.ts";
import { FAR, progressOf } from "./progress-of.ts";

const OPTIONS = { outputs: 10, outputBytes: 500, minSteps: 1000, maxSteps: 90_000 };
const isDue = (progress: Partial<CheckpointProgress>): boolean =>
  outputRate.create(OPTIONS).shouldCheckpoint(progressOf(progress));

describe("output-rate", () => {
  it("asks for a checkpoint after so many outputs", () => {
    expect([9, 10, 11].map((outputs) => isDue({ outputs, steps: 5000 }))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("asks for one after so many bytes, however few outputs they came in", () => {
    expect(
      [499, 500].map((outputBytes) => isDue({ outputBytes, outputs: 1, steps: 5000 })),
    ).toEqual([false, true]);
  });

  it("asks for none too soon after the last", () => {
    expect(isDue({ ...FAR, steps: 999 })).toBe(false);
    expect(isDue({ ...FAR, steps: 1000 })).toBe(true);
  });

  it("does not let a silent guest go without", () => {
    expect([89_999, 90_000].map((steps) => isDue({ steps }))).toEqual([false, true]);
  });

  it("refuses a least distance above the greatest", () => {
    expect(outputRate.checkOptions?.(OPTIONS)).toBeUndefined();
    expect(outputRate.checkOptions?.({ ...OPTIONS, minSteps: 90_000 })).toBeUndefined();
    expect(outputRate.checkOptions?.({ ...OPTIONS, minSteps: 90_001 })).toMatchObject({
      option: "minSteps",
      problem: "maxSteps is 90000",
    });
  });
});
