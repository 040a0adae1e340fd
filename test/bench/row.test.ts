import { describe, expect, it } from "vitest";
import { atLeast, atMost } from "../../bench/row.ts";

describe("budgets", () => {
  it("are met at their limit", () => {
    expect(atLeast(1.3, 1.3)).toEqual({ text: ">= 1.3", isMet: true });
    expect(atMost(1.05, 1.05)).toEqual({ text: "<= 1.05", isMet: true });
  });

  it("are not met beyond it", () => {
    expect(atLeast(1.3, 1.29).isMet).toBe(false);
    expect(atMost(150, 151, { unit: "ms" })).toEqual({ text: "<= 150 ms", isMet: false });
  });

  it("name an aim beyond the limit, which doesn't decide", () => {
    expect(atLeast(1, 1.1, 1.3)).toEqual({ text: ">= 1 (aim 1.3)", isMet: true });
    expect(atMost(1.1, 1.05, { aim: 1.03 })).toEqual({ text: "<= 1.1 (aim 1.03)", isMet: true });
  });

  it("are not met by a figure that isn't a number", () => {
    expect(atLeast(1, Number.NaN).isMet).toBe(false);
    expect(atMost(1, Number.NaN).isMet).toBe(false);
  });
});
