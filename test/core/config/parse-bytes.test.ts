import { describe, expect, it } from "vitest";
import { bytesText, parseBytes } from "../../../core/config/parse-bytes.ts";

describe("parseBytes", () => {
  it.each([
    ["256 MiB", 268_435_456],
    ["1GiB", 1_073_741_824],
    ["1.5 gib", 1_610_612_736],
    ["64 KiB", 65_536],
    ["4096", 4096],
    [4096, 4096],
    ["12 B", 12],
  ])("reads %j as %i bytes", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(["", "MiB", "12 furlongs", "1 MB", "-1 MiB", "0.3 B", "1e3", Number.NaN, 99e30])(
    "does not take %j for a size",
    (text) => {
      expect(parseBytes(text)).toBeUndefined();
    },
  );
});

describe("bytesText", () => {
  it.each([
    [0, "0 B"],
    [4096, "4 KiB"],
    [268_435_456, "256 MiB"],
    [1_610_612_736, "1.5 GiB"],
  ])("writes %i as %j", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
