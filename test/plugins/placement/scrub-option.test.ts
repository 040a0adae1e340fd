import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { scrubOption } from "../../../plugins/placement/scrub-option.ts";

describe("the option of scrubbing", () => {
  it("is a number of pages, from none on", () => {
    const schema = { type: "object", properties: scrubOption };
    const validate = new Ajv({ useDefaults: true }).compile(schema);
    const options = {};
    expect(validate(options)).toBe(true);
    expect(options).toEqual({ scrubPages: 1024 });
    expect([0, -1, 0.5].map((scrubPages) => validate({ scrubPages }))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
