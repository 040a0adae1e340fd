import { describe, expect, it } from "vitest";
import type { CheckpointProgress } from "../../../core/index.ts";
import { adaptive } from "../../../plugins/checkpoint/adaptive.ts";
import { FAR, progressOf } from "./progress-of.ts";

/** A fault every ten seconds; a checkpoint takes 2 ms and 10 µs a page; a million steps take a millisecond. */
const OPTIONS = {
  faultsPerHour: 360,
  formula: "young",
  cost: "estimated",
  fixedPauseMs: 2,
  pagePauseUs: 10,
  assumedMips: 1000,
  maxIntervalMs: 60_000,
};
const isDue = (options: object, progress: Partial<CheckpointProgress>): boolean =>
  adaptive.create({ ...OPTIONS, ...options }).shouldCheckpoint(progressOf(progress));

describe("adaptive", () => {
  it("waits for Young's interval of the estimated pause, in steps", () => {
    // No page: sqrt(2 * 2 ms * 10,000 ms) = 200 ms, 200 million steps.
    expect([199e6, 200e6].map((steps) => isDue({}, { steps }))).toEqual([false, true]);
    // 600 pages make it 8 ms: twice the time.
    const dirtyPages = 600;
    expect([399e6, 400e6].map((steps) => isDue({}, { steps, dirtyPages }))).toEqual([false, true]);
  });

  it("waits for Daly's", () => {
    // 200 * (1 + sqrt(0.0001) / 3 + 0.0001 / 9) - 2 = 198.669 ms
    const due = [198_668_000, 198_670_000].map((steps) => isDue({ formula: "daly" }, { steps }));
    expect(due).toEqual([false, true]);
  });

  it("checkpoints less often where faults are rarer", () => {
    expect(isDue({ faultsPerHour: 90 }, { steps: 399e6 })).toBe(false);
    expect(isDue({ faultsPerHour: 90 }, { steps: 400e6 })).toBe(true);
  });

  it("takes the guest for as fast as it is told", () => {
    expect(isDue({ assumedMips: 500 }, { steps: 99e6 })).toBe(false);
    expect(isDue({ assumedMips: 500 }, { steps: 100e6 })).toBe(true);
  });

  it("does not look at the wall clock when it estimates", () => {
    const slow = { ...FAR, dirtyPages: 0 };
    expect(isDue({}, { ...slow, steps: 199e6 })).toBe(false);
    expect(isDue({}, { ...slow, steps: 200e6, wallMs: 0, pauseMs: 1e6 })).toBe(true);
  });

  it("goes by pauses and wall time when it measures", () => {
    // sqrt(2 * 0.5 ms * 10,000 ms) = 100 ms
    const measured = { cost: "measured" };
    const due = [99, 100].map((wallMs) => isDue(measured, { wallMs, pauseMs: 0.5 }));
    expect(due).toEqual([false, true]);
    expect(isDue(measured, { ...FAR, wallMs: 99, pauseMs: 0.5 })).toBe(false);
  });

  it("estimates the pause as long as none was measured", () => {
    const due = [199, 200].map((wallMs) => isDue({ cost: "measured" }, { wallMs }));
    expect(due).toEqual([false, true]);
  });

  it("waits no longer than its greatest interval", () => {
    const due = [49e6, 50e6].map((steps) => isDue({ maxIntervalMs: 50 }, { steps }));
    expect(due).toEqual([false, true]);
  });
});
