import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { parseBenchOptions } from "../../bench/bench-options.ts";

const SECTIONS = ["speed", "boot", "memory"];
const PROGRAMS = ["integer", "calls"];
const NAMES = { sections: SECTIONS, programs: PROGRAMS };

describe("the options of the benchmark", () => {
  it("measure everything three times by default", () => {
    expect(parseBenchOptions([], NAMES)).toEqual({
      runs: 3,
      sections: SECTIONS,
      programs: PROGRAMS,
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
      programs: PROGRAMS,
      out: "x.json",
      isHelpWanted: false,
    });
  });

  it("take some programs of the suite", () => {
    expect(parseBenchOptions(["--programs", "calls"], NAMES).programs).toEqual(["calls"]);
  });

  it.each([
    [["--runs", "0"], "--runs 0"],
    [["--runs", "many"], "--runs many"],
    [["--runs", "1.5"], "--runs 1.5"],
    [["--only", "sped"], "speed, boot, memory"],
    [["--programs", "call"], "--programs call: there is no such program; take from integer, calls"],
    [["--fast"], "--fast"],
    [["speed"], "speed"],
  ])("refuse %j with a message", (args, message) => {
    expect(() => parseBenchOptions(args, NAMES)).toThrow(BenchError);
    expect(() => parseBenchOptions(args, NAMES)).toThrow(message);
  });
});
