import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../core/index.ts";
import { pairingOf } from "../../../core/campaign/paired-faults.ts";

const experiment = (index: number, fault: Partial<Experiment["fault"]>): Experiment => ({
  index,
  fault: { use: "register-bit-flip", at: 10 * index, register: "x5", bit: 3, ...fault },
  stratum: "register-bit-flip",
  weight: 1,
});

describe("pairingOf", () => {
  it("takes faults for the same whichever replica they strike", () => {
    const first = [0, 1, 2].map((index) => experiment(index, { replica: 0 }));
    const other = [0, 1, 2].map((index) => experiment(index, { replica: index % 2 }));
    expect(pairingOf(first, other)).toEqual({ common: new Set([0, 1, 2]), others: 0 });
  });

  it("counts those that differ, and those that only one has", () => {
    const first = [0, 1].map((index) => experiment(index, { replica: 0 }));
    const other = [experiment(0, { bit: 4 }), experiment(1, {}), experiment(2, {})];
    expect(pairingOf(first, other)).toEqual({ common: new Set([1]), others: 2 });
  });
});
