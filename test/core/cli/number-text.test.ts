import { describe, expect, it } from "vitest";
import {
  amountText,
  countText,
  durationText,
  sharedPages,
  speedText,
} from "../../../core/cli/number-text.ts";

describe("numbers for people", () => {
  it("groups digits", () => {
    expect(countText(0)).toBe("0");
    expect(countText(999)).toBe("999");
    expect(countText(1_234_567)).toBe("1,234,567");
  });

  it("knows one from many", () => {
    expect(amountText(1, "epoch")).toBe("1 epoch");
    expect(amountText(1200, "epoch")).toBe("1,200 epochs");
  });

  it("chooses the unit of durations", () => {
    expect(durationText(340.4)).toBe("340 ms");
    expect(durationText(1500)).toBe("1.50 s");
    expect(durationText(125_000)).toBe("2 min 5 s");
  });

  it("gives speeds in million steps per second", () => {
    expect(speedText(300_000_000, 2000)).toBe("150.0 MIPS");
    expect(speedText(5, 0)).toBe("0.0 MIPS");
  });
});

describe("sharedPages", () => {
  it("counts what every replica certainly reads from the checkpoint", () => {
    expect(sharedPages({ checkpoint: 50, "replica 0": 4, "replica 1": 6 })).toBe(44);
    expect(sharedPages({ checkpoint: 50, "replica 0": 50, "replica 1": 50 })).toBe(0);
    expect(sharedPages({ checkpoint: 5, "replica 0": 9, "replica 1": 9 })).toBe(0);
  });

  it("is nothing where there is nobody to share with", () => {
    expect(sharedPages({ checkpoint: 50, "replica 0": 4 })).toBe(0);
  });
});
