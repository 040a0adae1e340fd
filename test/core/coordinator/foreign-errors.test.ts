import { describe, expect, it } from "vitest";
import { callForeign, isForeign } from "../../../core/coordinator/foreign-errors.ts";

describe("foreign errors", () => {
  it("are those that came through a foreign call", () => {
    const error = new Error("from a backend");
    expect(isForeign(error)).toBe(false);
    expect(() =>
      callForeign(() => {
        throw error;
      }),
    ).toThrow(error);
    expect(isForeign(error)).toBe(true);
    expect(isForeign(new Error("from a backend"))).toBe(false);
    expect(isForeign("text")).toBe(false);
  });

  it("do not keep results back", () => {
    expect(callForeign(() => 7)).toBe(7);
  });
});
