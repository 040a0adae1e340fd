import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { parseBenchOptions } from "../../bench/bench-options.ts";

const NAMES = ["speed", "boot", "memory"];

describe("the options of the benchmark", () => {
  it("measure everything three times by default", () => {
    expect(parseBenchOptions([], NAMES)).toEqual({
      runs: 3,
      sections: NAMES,
      isHelpWanted: false,
    });
  });

  it("take some sections, in their usual order", () => {
    const options = parseBenchOptions(
      ["--runs", "5", "--only", "memory, speed", "--out", "x.json"],
      NAMES,
    );
    expect(options).toEqual({
      runs: 5,
      sections: ["speed", "memory"],
      out: "x.json",
      isHelpWanted: false,
    });
  });

  it.each([
    [["--runs", "0"], "--runs 0"],
    [["--runs", "many"], "--runs many"],
    [["--runs", "1.5"], "--runs 1.5"],
    [["--only", "sped"], "speed, boot, memory"],
    [["--fast"], "--fast"],
    [["speed"], "speed"],
  ])("refuse %j with a message", (args, message) => {
    expect(() => parseBenchOptions(args, NAMES)).toThrow(BenchError);
    expect(() => parseBenchOptions(args, NAMES)).toThrow(message);
  });
});
