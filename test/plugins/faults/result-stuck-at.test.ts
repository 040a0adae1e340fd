import { describe, expect, it } from "vitest";
import type { StuckFault } from "../../../core/index.ts";
import { resultStuckAt } from "../../../plugins/faults/result-stuck-at.ts";
import { fakeTarget, refusalBy } from "./fake-target.ts";
import { ERRING } from "./instruction-fault-kit.ts";

const options = { bit: 4, value: 0 } as const;

describe("result-stuck-at", () => {
  it("sticks the bits of all results, for good or for so many steps", () => {
    const stuck: StuckFault[] = [];
    const stick = (fault: StuckFault): { what: string; release: () => void } => {
      stuck.push(fault);
      return { what: "stuck", release: () => undefined };
    };
    const target = fakeTarget([], { faults: { ...ERRING, stick } });
    expect(resultStuckAt.inject({ ...options, steps: 9 }, target)).toBe("stuck");
    expect(stuck).toEqual([{ site: "result", bit: 4, width: 1, value: 0 }]);
    expect(target.stays).toEqual([["stuck", 9]]);
  });

  it("is permanent unless it is given a time", () => {
    expect(resultStuckAt.isPermanent?.(options)).toBe(true);
    expect(resultStuckAt.isPermanent?.({ ...options, steps: 5 })).toBe(false);
  });

  it("refuses bits that a result does not have, and processors that cannot err", () => {
    const target = fakeTarget([], { faults: ERRING });
    expect(refusalBy(resultStuckAt, options, target)).toBeUndefined();
    expect(refusalBy(resultStuckAt, options)?.code).toBe("XV_ERR_FAULT_UNSUPPORTED");
    expect(refusalBy(resultStuckAt, { ...options, bit: 63, width: 2 }, target)?.code).toBe(
      "XV_ERR_FAULT_BITS",
    );
  });
});
