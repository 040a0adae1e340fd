import { describe, expect, it } from "vitest";
import {
  nodeAt,
  pathText,
  placeOf,
  sourced,
  toPlain,
  valueText,
} from "../../../core/config/sourced-value.ts";
import { expectProblem, failureOf } from "./expect-problem.ts";

const origin = { label: "a.yaml", directory: "/x" };

describe("sourced values", () => {
  it("give back the plain data they were made of", () => {
    const data = { a: [1, { b: null }], c: "x", d: true };
    expect(toPlain(sourced(data, origin))).toEqual(data);
  });

  it("leave undefined out and write dates as instants", () => {
    const data = { gone: undefined, at: new Date("2026-01-01T00:00:00Z") };
    expect(toPlain(sourced(data, origin))).toEqual({ at: "2026-01-01T00:00:00.000Z" });
  });

  it("refuse what is not plain data", async () => {
    expectProblem(await failureOf(() => sourced({ a: [() => 1] }, origin)), {
      code: "XV_ERR_CONFIG_VALUE",
      place: "a.yaml: a[0]",
      value: "() => 1",
      remedy: "plain objects",
    });
    expectProblem(await failureOf(() => sourced({ a: new Map() }, origin)), {
      code: "XV_ERR_CONFIG_VALUE",
      place: "a.yaml: a",
      remedy: "plain objects",
    });
  });

  it("take `use: null` for the provider of that name", () => {
    expect(toPlain(sourced({ console: { use: null, x: null } }, origin))).toEqual({
      console: { use: "null", x: null },
    });
  });

  it("keep a key called __proto__ an ordinary key", () => {
    const data = JSON.parse('{ "__proto__": { "x": 1 } }') as object;
    expect(Object.keys(toPlain(sourced(data, origin)) as object)).toEqual(["__proto__"]);
  });

  it("are found by path", () => {
    const root = sourced({ a: [{ b: 1 }] }, origin);
    expect(nodeAt(root, ["a", 0, "b"])?.value).toBe(1);
    expect(nodeAt(root, ["a", 1, "b"])).toBeUndefined();
    expect(placeOf(root, ["a", 0, "b"])).toBe("a.yaml: a[0].b");
  });
});

describe("texts", () => {
  it("write paths as authors do", () => {
    expect(pathText(["machine", "devices", 0, "id"])).toBe("machine.devices[0].id");
    expect(pathText([])).toBe("(top level)");
  });

  it("cut long values", () => {
    expect(valueText("x".repeat(500)).length).toBeLessThan(100);
    expect(valueText(undefined)).toBe("undefined");
  });
});
