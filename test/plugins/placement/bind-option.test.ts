import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { bindOf, bindOption } from "../../../plugins/placement/bind-option.ts";

describe("the option that binds", () => {
  it("takes true, false or a list of host cores, none of them twice", () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile({
      type: "object",
      properties: bindOption,
    });
    const isValid = (bind: unknown): boolean => validate({ bind });
    expect([true, false, [0], [3, 1]].map(isValid)).toEqual([true, true, true, true]);
    expect([[], [1, 1], [-1], "all", 2].map(isValid)).toEqual([false, false, false, false, false]);
  });

  it("is off by default", () => {
    expect([bindOf({}), bindOf({ bind: false })]).toEqual([{}, {}]);
    expect([bindOf({ bind: true }), bindOf({ bind: [1] })]).toEqual([
      { bind: true },
      { bind: [1] },
    ]);
  });
});
