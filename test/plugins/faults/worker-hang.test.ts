import { describe, expect, it } from "vitest";
import { workerHang } from "../../../plugins/faults/worker-hang.ts";
import { fakeTarget } from "./fake-target.ts";

describe("worker-hang", () => {
  it("stops the worker from answering and touches nothing of the guest", () => {
    const target = fakeTarget();
    const before = new Map(target.registers);
    workerHang.inject({}, target);
    expect(target.isHung()).toBe(true);
    expect(target.isCrashed()).toBe(false);
    expect(target.registers).toEqual(before);
    expect(target.stepsTaken()).toBe(0);
  });
});
