import { describe, expect, it } from "vitest";
import { CoreTime } from "../../../core/coordinator/core-time.ts";

describe("CoreTime", () => {
  it("goes on with whoever comes, whatever stretch of the guest that one executes", () => {
    const time = new CoreTime();
    time.arrive(0, 1, 0, 0);
    expect(time.timeAt(0, 700)).toBe(700);
    time.leave(0, 1000);
    time.arrive(2, 1, 400, 400);
    expect([time.timeAt(2, 400), time.timeAt(2, 1000)]).toEqual([1000, 1600]);
    expect(time.stepAt(2, 1100)).toBe(500);
    expect(time.coreOf(2)).toBe(1);
  });

  it("stands still on a core where nobody is, and is each core's own", () => {
    const time = new CoreTime();
    time.arrive(0, 0, 0, 0);
    time.leave(0, 5000);
    time.arrive(1, 1, 5000, 5000);
    expect(time.timeAt(1, 5000)).toBe(0);
  });

  it("counts what a replica did that makes room for another for a while", () => {
    const time = new CoreTime();
    time.arrive(0, 1, 0, 0);
    time.arrive(9, 1, 400, 1000);
    expect(time.timeAt(9, 400)).toBe(1000);
    time.leave(9, 1000);
    time.leave(0, 1500);
    time.arrive(3, 1, 1500, 1500);
    expect(time.timeAt(3, 1500)).toBe(2100);
  });

  it("knows nothing of those who are gone or never came", () => {
    const time = new CoreTime();
    time.leave(5, 10);
    expect([time.timeAt(5, 10), time.stepAt(5, 10), time.coreOf(5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
