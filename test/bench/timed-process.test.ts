import process from "node:process";
import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { costFrom, runTimed } from "../../bench/timed-process.ts";

describe("the cost of a process", () => {
  it("is read from bash's time: user and system together are CPU time", () => {
    expect(costFrom("2.500 1.250 0.500\n")).toEqual({ wallSeconds: 2.5, cpuSeconds: 1.75 });
  });

  it("is not made up from anything else", () => {
    expect(() => costFrom("real 0m1.0s")).toThrow(BenchError);
  });
});

describe("a timed process", () => {
  it("gives its output, without what it said on standard error, and its cost", async () => {
    const script = 'console.log("out"); console.error("1.000 1.000 1.000")';
    const result = await runTimed([process.execPath, "-e", script]);
    expect(result.stdout).toBe("out\n");
    expect(result.wallSeconds).toBeGreaterThan(0);
    expect(result.cpuSeconds).toBeGreaterThan(0);
  });

  it("that fails is an error with its exit code and its words", async () => {
    const script = 'console.error("no such guest"); process.exit(7)';
    const run = runTimed([process.execPath, "-e", script]);
    await expect(run).rejects.toThrow(/ended with code 7: no such guest/);
    await expect(run).rejects.toThrow(BenchError);
  });
});
