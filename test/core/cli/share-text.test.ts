import { describe, expect, it } from "vitest";
import {
  confidenceText,
  intervalText,
  pointsText,
  shareText,
} from "../../../core/cli/share-text.ts";

describe("shareText", () => {
  it.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.123, "12.30 %"],
    [0.0000998, "0.00998 %"],
    [0.99990012, "99.99001 %"],
    [1e-12, "0.000000000 %"],
  ])("writes %d with the digits that tell it from 0 and from 100", (share, text) => {
    expect(shareText(share)).toBe(text);
  });

  it("rounds bounds to the safe side", () => {
    expect(shareText(0.000123456, "up")).toBe("0.0124 %");
    expect(shareText(0.000123456, "down")).toBe("0.0123 %");
    expect(shareText(0.99990016, "down")).toBe("99.99001 %");
  });
});

describe("other texts of statistics", () => {
  it("writes intervals, and says where there is none", () => {
    expect(intervalText({ low: 0.112, high: 0.135 })).toBe("11.20 to 13.50 %");
    expect(intervalText({ low: 0, high: 0.5 })).toBe("0 to 50.00 %");
    expect(intervalText(undefined)).toBe("exact");
  });

  it("writes points and confidences", () => {
    expect([pointsText(1234.6), pointsText(3.2e12)]).toEqual(["1,235", "3.20e+12"]);
    expect([confidenceText(0.95), confidenceText(0.999)]).toEqual(["95 %", "99.9 %"]);
  });
});
