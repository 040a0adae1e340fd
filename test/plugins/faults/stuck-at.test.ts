import { describe, expect, it } from "vitest";
import type { StuckFault } from "../../../core/index.ts";
import { stuckAt } from "../../../plugins/faults/stuck-at.ts";
import { fakeTarget, refusalBy } from "./fake-target.ts";
import { ERRING } from "./instruction-fault-kit.ts";

const options = { register: "x1", bit: 4, value: 1 } as const;

describe("stuck-at", () => {
  it("sticks the bits of the register, for good or for so many steps", () => {
    const stuck: StuckFault[] = [];
    const stick = (fault: StuckFault): { what: string; release: () => void } => {
      stuck.push(fault);
      return { what: "stuck", release: () => undefined };
    };
    const target = fakeTarget([], { faults: { ...ERRING, stick } });
    expect(stuckAt.inject(options, target)).toBe("stuck");
    stuckAt.inject({ ...options, width: 3, value: 0, steps: 50 }, target);
    expect(stuck).toEqual([
      { site: "register", register: "x1", bit: 4, width: 1, value: 1 },
      { site: "register", register: "x1", bit: 4, width: 3, value: 0 },
    ]);
    expect(target.stays).toEqual([
      ["stuck", undefined],
      ["stuck", 50],
    ]);
  });

  it("is permanent unless it is given a time", () => {
    expect(stuckAt.isPermanent?.(options)).toBe(true);
    expect(stuckAt.isPermanent?.({ ...options, steps: 5 })).toBe(false);
  });

  it("refuses registers and bits that there are not, and processors that cannot err", () => {
    const target = fakeTarget([], { faults: ERRING });
    expect(refusalBy(stuckAt, options, target)).toBeUndefined();
    expect(refusalBy(stuckAt, options)?.code).toBe("XV_ERR_FAULT_UNSUPPORTED");
    expect(refusalBy(stuckAt, { ...options, register: "x99" }, target)?.code).toBe(
      "XV_ERR_FAULT_UNKNOWN_REGISTER",
    );
    expect(refusalBy(stuckAt, { ...options, bit: 60, width: 5 }, target)?.code).toBe(
      "XV_ERR_FAULT_BITS",
    );
  });
});
