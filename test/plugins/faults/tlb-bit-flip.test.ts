import { describe, expect, it } from "vitest";
import type { TranslationFault } from "../../../core/index.ts";
import { tlbBitFlip } from "../../../plugins/faults/tlb-bit-flip.ts";
import { fakeTarget, refusalBy, type FakeTarget } from "./fake-target.ts";
import { ERRING } from "./instruction-fault-kit.ts";

/** The processor accesses memory with its n-th instruction. */
function targetAccessing(nth: number): { target: FakeTarget; asked: TranslationFault[] } {
  const asked: TranslationFault[] = [];
  const faults = {
    ...ERRING,
    damageTranslation: (fault: TranslationFault) => {
      asked.push(fault);
      return asked.length === nth ? { what: "damaged", release: () => undefined } : undefined;
    },
  };
  return { target: fakeTarget([], { faults }), asked };
}

const options = { table: "write", field: "tag", bit: 2 } as const;

describe("tlb-bit-flip", () => {
  it("damages the translation of the next access of its kind, and lets it through", () => {
    const { target, asked } = targetAccessing(3);
    expect(tlbBitFlip.inject(options, target)).toBe("damaged");
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatchObject({ table: "write", field: "tag", bit: 2, width: 1 });
    expect(target.stepsTaken()).toBe(3);
  });

  it("stays for 10,000 steps, or as long as it is told", () => {
    const { target } = targetAccessing(1);
    tlbBitFlip.inject(options, target);
    expect(target.stays).toEqual([["damaged", 10_000]]);
    const other = targetAccessing(1).target;
    tlbBitFlip.inject({ ...options, steps: 7 }, other);
    expect(other.stays).toEqual([["damaged", 7]]);
  });

  it("gives up after a bounded number of instructions", () => {
    const { target } = targetAccessing(2000);
    expect(tlbBitFlip.inject(options, target)).toBeUndefined();
    expect(target.stepsTaken()).toBe(1000);
    expect(target.stays).toEqual([]);
  });

  it("refuses a processor that cannot err, and bits that a page number does not have", () => {
    expect(refusalBy(tlbBitFlip, options)?.code).toBe("XV_ERR_FAULT_UNSUPPORTED");
    const { target } = targetAccessing(1);
    expect(refusalBy(tlbBitFlip, { ...options, bit: 43 }, target)).toBeUndefined();
    expect(refusalBy(tlbBitFlip, { ...options, bit: 43, width: 2 }, target)).toMatchObject({
      code: "XV_ERR_FAULT_BITS",
      value: "bit 43, width 2",
    });
  });
});
