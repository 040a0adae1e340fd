import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { enginesOf, enginesOption } from "../../../plugins/replication/engines-option.ts";
import { pair } from "../../../plugins/replication/pair.ts";
import { triple } from "../../../plugins/replication/triple.ts";

describe("the option of engines", () => {
  it("is the same engine for all by default", () => {
    const validate = new Ajv({ useDefaults: true }).compile({
      type: "object",
      properties: enginesOption,
    });
    const options = {};
    expect(validate(options)).toBe(true);
    expect(options).toEqual({ engines: "same" });
    expect(validate({ engines: "mixed" })).toBe(false);
    expect(enginesOf(options)).toEqual({});
  });

  it("is planned by those that compare", () => {
    for (const provider of [pair, triple]) {
      expect(provider.create({ engines: "diverse" }).engines).toBe("diverse");
      expect(provider.create({ engines: "same" }).engines).toBeUndefined();
    }
  });
});
