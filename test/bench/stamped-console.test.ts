import process from "node:process";
import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { stampConsole } from "../../bench/stamped-console.ts";

const run = (script: string): ReturnType<typeof stampConsole> =>
  stampConsole([process.execPath, "-e", script]);

describe("a stamped console", () => {
  it("gives lines in order, without carriage returns, an unfinished one left out", async () => {
    const lines = await run('process.stdout.write("one\\r\\ntwo\\nthr")');
    expect(lines.map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("stamps a line when it arrives", async () => {
    const lines = await run(`
      console.log("begin");
      setTimeout(() => {
        const end = Date.now() + 500;
        while (Date.now() < end);
        console.log("end");
      }, 500);
    `);
    const [begin, end] = lines;
    expect(begin?.wallSeconds).toBeGreaterThan(0);
    expect((end?.wallSeconds ?? 0) - (begin?.wallSeconds ?? 0)).toBeGreaterThan(0.2);
    expect(end?.cpuSeconds).toBeGreaterThan(begin?.cpuSeconds ?? Infinity);
  });

  it("of a program that fails is an error with its exit code and its words", async () => {
    const failing = run('console.error("no such guest"); process.exitCode = 7');
    await expect(failing).rejects.toThrow(/ended with code 7: no such guest/);
    await expect(failing).rejects.toThrow(BenchError);
  });
});
