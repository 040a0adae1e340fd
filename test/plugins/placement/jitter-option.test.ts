import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { jitterOption } from "../../../plugins/placement/jitter-option.ts";

const validate = new Ajv({ useDefaults: true }).compile({
  type: "object",
  properties: jitterOption,
});

describe("the jitter option", () => {
  it("is off by default", () => {
    const options = {};
    expect(validate(options)).toBe(true);
    expect(options).toEqual({ jitterMs: 0 });
  });

  it("is a whole number of milliseconds, not negative", () => {
    expect(validate({ jitterMs: 4 })).toBe(true);
    expect(validate({ jitterMs: -1 })).toBe(false);
    expect(validate({ jitterMs: 0.5 })).toBe(false);
  });
});
