import { describe, expect, it } from "vitest";
import type { CheckpointProgress } from "../../../core/index.ts";
import { dirtyPages } from "../../../plugins/checkpoint/dirty-pages.ts";
import { FAR, progressOf } from "./progress-of.ts";

const isDue = (progress: Partial<CheckpointProgress>): boolean =>
  dirtyPages.create({ pages: 64, maxSteps: 90_000 }).shouldCheckpoint(progressOf(progress));

describe("dirty-pages", () => {
  it("asks for a checkpoint when so many pages were written, whatever else happened", () => {
    expect([63, 64, 65].map((count) => isDue({ dirtyPages: count }))).toEqual([false, true, true]);
    expect(isDue({ ...FAR, dirtyPages: 63, steps: 89_999 })).toBe(false);
  });

  it("asks for one after so many steps in any case", () => {
    expect([89_999, 90_000].map((steps) => isDue({ steps }))).toEqual([false, true]);
  });
});
