import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { coreOptions, coresOf } from "../../../plugins/placement/core-options.ts";

describe("the options of cores", () => {
  it("take a number from 1 on, and leave the default to the run", () => {
    const validate = new Ajv().compile({ type: "object", properties: coreOptions });
    expect(
      [{}, { cores: 1 }, { cores: 0 }, { cores: 1.5 }].map((value) => validate(value)),
    ).toEqual([true, true, false, false]);
    expect([coresOf({}), coresOf({ cores: 4 })]).toEqual([{}, { cores: 4 }]);
  });
});
