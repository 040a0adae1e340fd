import { describe, expect, it } from "vitest";
import { valueNames } from "../../../core/campaign/variant-names.ts";

describe("valueNames", () => {
  it("calls a slot by its provider, and tells slots of one provider apart by their options", () => {
    const values = ["never", { use: "periodic", everySteps: 5e6 }, { use: "periodic" }];
    expect(valueNames(["checkpoint"], values)).toEqual([
      "never",
      "periodic-every-steps-5000000",
      "periodic",
    ]);
    expect(valueNames(["checkpoint"], values.slice(0, 2))).toEqual(["never", "periodic"]);
  });

  it("calls other values by option and value", () => {
    expect(valueNames(["replication", "epochSteps"], [1e6, 5e5, null])).toEqual([
      "epoch-steps-1000000",
      "epoch-steps-500000",
      "epoch-steps-default",
    ]);
    expect(valueNames(["managerProtection"], [{ scrub: true }])).toEqual([
      "manager-protection-scrub-true",
    ]);
  });
});
