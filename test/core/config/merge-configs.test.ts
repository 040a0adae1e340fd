import { describe, expect, it } from "vitest";
import { merge, mergeConfigs } from "../../../core/config/merge-configs.ts";
import { placeOf, sourced, toPlain } from "../../../core/config/sourced-value.ts";
import type { Sourced } from "../../../core/config/sourced-value.ts";

const from = (label: string, value: unknown): Sourced =>
  sourced(value, { label, directory: `/${label}` });

const merged = (base: unknown, over: unknown): unknown =>
  toPlain(mergeConfigs(from("base", base), from("over", over)));

describe("merging configs", () => {
  it("merges maps and replaces scalars and lists", () => {
    expect(
      merged({ a: { b: 1, c: 2 }, list: [1, 2], d: "x" }, { a: { c: 3 }, list: [3], d: "y" }),
    ).toEqual({ a: { b: 1, c: 3 }, list: [3], d: "y" });
  });

  it("merges the options of a slot whose provider stays", () => {
    const base = { checkpoint: { use: "periodic", everyEpochs: 5 } };
    expect(merged(base, { checkpoint: { mode: "safe" } })).toEqual({
      checkpoint: { use: "periodic", everyEpochs: 5, mode: "safe" },
    });
    expect(merged(base, { checkpoint: { use: "periodic", mode: "safe" } })).toEqual({
      checkpoint: { use: "periodic", everyEpochs: 5, mode: "safe" },
    });
  });

  it("replaces a slot whole when its provider changes", () => {
    expect(
      merged({ checkpoint: { use: "periodic", everyEpochs: 5 } }, { checkpoint: { use: "never" } }),
    ).toEqual({ checkpoint: { use: "never" } });
  });

  it("takes a bare name for a slot", () => {
    const base = { checkpoint: { use: "periodic", everyEpochs: 5 } };
    expect(merged(base, { checkpoint: "never" })).toEqual({ checkpoint: "never" });
    expect(merged(base, { checkpoint: "periodic" })).toEqual(base);
    expect(merged({ checkpoint: "periodic" }, { checkpoint: { everyEpochs: 7 } })).toEqual({
      checkpoint: { use: "periodic", everyEpochs: 7 },
    });
  });

  it("takes an option out with null, also where nothing lies below", () => {
    expect(merged({ images: { use: "debian" } }, { images: null })).toEqual({});
    expect(merged({}, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
  });

  it("adds up plugins", () => {
    expect(merged({ plugins: ["a"] }, { plugins: ["b"] })).toEqual({ plugins: ["a", "b"] });
  });

  it("remembers which file named what", () => {
    const tree = merge(from("base", { a: { b: 1, c: 2 } }), from("over", { a: { c: 3 } }));
    expect(placeOf(tree, ["a", "b"])).toBe("base: a.b");
    expect(placeOf(tree, ["a", "c"])).toBe("over: a.c");
    expect(placeOf(tree, ["a", "missing"])).toBe("over: a.missing");
  });
});
