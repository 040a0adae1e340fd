import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { epochOptions, planOf } from "../../../plugins/replication/epoch-options.ts";

const validate = new Ajv({ useDefaults: true }).compile({
  type: "object",
  additionalProperties: false,
  properties: epochOptions,
});

describe("options of an epoch", () => {
  it("have defaults that make a plan", () => {
    const options: Record<string, unknown> = {};
    expect(validate(options)).toBe(true);
    expect(planOf(2, options)).toEqual({
      replicas: 2,
      epochSteps: 5_000_000,
      runAheadEpochs: 2,
      watchdogMs: 20_000,
    });
  });

  it.each([
    { epochSteps: 99 },
    { epochSteps: 1000.5 },
    { runAheadEpochs: 0 },
    { runAheadEpochs: 65 },
    { watchdogMs: 9 },
  ])("refuse %j", (options) => {
    expect(validate(options)).toBe(false);
  });
});
