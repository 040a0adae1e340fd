import { describe, expect, it } from "vitest";
import { workerCrash } from "../../../plugins/faults/worker-crash.ts";
import { fakeTarget } from "./fake-target.ts";

describe("worker-crash", () => {
  it("kills the worker and touches nothing of the guest", () => {
    const target = fakeTarget();
    const before = new Map(target.registers);
    workerCrash.inject({}, target);
    expect(target.isCrashed()).toBe(true);
    expect(target.isHung()).toBe(false);
    expect(target.registers).toEqual(before);
    expect(target.stepsTaken()).toBe(0);
  });
});
