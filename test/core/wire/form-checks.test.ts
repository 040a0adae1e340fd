import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import {
  hasFields,
  isCount,
  isList,
  isNumber,
  isOptional,
  isText,
} from "../../../core/wire/form-checks.ts";

describe("form checks", () => {
  it("take lists that are lists, as they arrive", () => {
    const isTexts = isList(isText);
    expect([[], ["a"], ["a", "b"]].every(isTexts)).toBe(true);
    const holes: string[] = ["a", "b", "c"];
    delete holes[1];
    const endless: string[] = [];
    endless.length = 2 ** 32 - 1;
    const disguised = Object.assign(["a"], { map: 1, every: "no function" });
    for (const wrong of [holes, endless, disguised, [1], { length: 0 }, "a"]) {
      expect(isTexts(deserialize(serialize(wrong)))).toBe(false);
    }
  });

  it("take fields that are there, and no numbers that are none", () => {
    const isPoint = hasFields({ x: isNumber, count: isCount, name: isOptional(isText) });
    expect(isPoint({ x: -1.5, count: 2 })).toBe(true);
    for (const wrong of [
      null,
      undefined,
      3,
      {},
      { x: Number.NaN, count: 1 },
      { x: 1, count: -1 },
      { x: 1, count: 1.5 },
      { x: 1, count: 1, name: 4 },
    ]) {
      expect(isPoint(wrong)).toBe(false);
    }
  });
});
