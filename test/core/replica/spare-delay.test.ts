import { describe, expect, it } from "vitest";
import { spareDelay } from "../../../core/replica/spare-delay.ts";

describe("a spare", () => {
  it("waits while those that a run begins with start, and is loaded at once after that", () => {
    const delayMs = spareDelay(2);
    expect(delayMs(1)).toBeGreaterThan(1000);
    expect(delayMs(2)).toBeGreaterThan(1000);
    expect(delayMs(3)).toBe(0);
  });

  it("is kept for a machine alone only once that had to be made anew", () => {
    const delayMs = spareDelay(1);
    expect(delayMs(1)).toBeUndefined();
    expect(delayMs(2)).toBe(0);
  });
});
