import { describe, expect, it } from "vitest";
import { START_ALLOWANCE_MS, deadlineMs } from "../../../core/coordinator/watchdog.ts";

describe("the watchdog", () => {
  it("gives a replica its time from when others began to wait", () => {
    expect(deadlineMs({ readyMs: 100 }, 5000, 300)).toBe(5300);
  });

  it("gives one that started in the meantime its time from there", () => {
    expect(deadlineMs({ readyMs: 6000 }, 5000, 300)).toBe(6300);
  });

  it("waits for one that still starts, but not for ever", () => {
    expect(deadlineMs({ readyMs: undefined }, 5000, 300)).toBe(5300 + START_ALLOWANCE_MS);
  });
});
