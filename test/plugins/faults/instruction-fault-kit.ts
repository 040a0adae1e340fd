// What all models of faults within one instruction have in common, tried on each of them.
import { describe, expect, it } from "vitest";
import type { FaultModel, InstructionFault, ProcessorFaults } from "../../../core/index.ts";
import { fakeTarget, refusalBy } from "./fake-target.ts";

const SEARCHED_STEPS = 1000;

/** A processor that says it can err. */
export const ERRING: ProcessorFaults = {
  isActive: false,
  step: () => ({ executed: undefined, what: undefined }),
  damageTranslation: () => undefined,
  stick: () => ({ what: "", release: () => undefined }),
};

/** @param bits of what is hit; 0 for a model without bits */
export function describeInstructionFault(
  model: FaultModel,
  site: InstructionFault["site"],
  bits: number,
): void {
  const options = bits === 0 ? {} : { bit: 3 };
  const target = (): ReturnType<typeof fakeTarget> => fakeTarget([], { faults: ERRING });

  describe(`${model.name}`, () => {
    it("hits the first instruction that it can hit", () => {
      const asked: InstructionFault[] = [];
      const erring = fakeTarget([], {
        faults: ERRING,
        wrong: (fault) => {
          asked.push(fault);
          return { executed: undefined, what: asked.length === 3 ? "done" : undefined };
        },
      });
      expect(model.inject(options, erring)).toBe("done");
      const fault = bits === 0 ? { site } : { site, bit: 3, width: 1 };
      expect(asked).toEqual([fault, fault, fault]);
      expect(erring.stepsTaken()).toBe(3);
    });

    it("gives up after a bounded number of instructions", () => {
      const erring = target();
      expect(model.inject(options, erring)).toBeUndefined();
      expect(erring.stepsTaken()).toBe(SEARCHED_STEPS);
    });

    it("refuses a processor that cannot err", () => {
      expect(refusalBy(model, options)).toMatchObject({
        code: "XV_ERR_FAULT_UNSUPPORTED",
        value: model.name,
        remedy: expect.stringContaining("riscv-virt") as string,
      });
      expect(refusalBy(model, options, target())).toBeUndefined();
    });

    it.runIf(bits > 0)("hits adjacent bits, as far as there are some", () => {
      const asked: InstructionFault[] = [];
      const erring = fakeTarget([], {
        faults: ERRING,
        wrong: (fault) => {
          asked.push(fault);
          return { executed: undefined, what: "done" };
        },
      });
      model.inject({ bit: bits - 2, width: 2 }, erring);
      expect(asked).toEqual([{ site, bit: bits - 2, width: 2 }]);
      expect(refusalBy(model, { bit: bits - 2, width: 2 }, target())).toBeUndefined();
      expect(refusalBy(model, { bit: bits - 2, width: 3 }, target())).toMatchObject({
        code: "XV_ERR_FAULT_BITS",
        remedy: expect.stringContaining(`0 to ${bits - 1}`) as string,
      });
    });
  });
}
