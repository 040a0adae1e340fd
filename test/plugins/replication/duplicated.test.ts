import { describe, expect, it } from "vitest";
import { duplicated } from "../../../plugins/replication/duplicated.ts";

describe("duplicated", () => {
  it("plans 1 replica with an instrument that has the options of the slot", () => {
    const epochs = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700 };
    expect(duplicated.create({ ...epochs, controlFlow: false, checkLoads: true })).toEqual({
      replicas: 1,
      ...epochs,
      instruments: [{ use: "instruction-duplication", controlFlow: false, checkLoads: true }],
    });
  });
});
