import process from "node:process";
import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { cpuSecondsFrom, cpuSecondsOf } from "../../bench/process-cpu.ts";

const STAT = "7 (a) (b c) S 1 7 7 0 -1 4194560 100 200 0 0 150 25 3 2 20 0 1 0 12345 1000 20";

describe("the CPU time of a process", () => {
  it("is that of its threads and of children waited for, whatever its name", () => {
    expect(cpuSecondsFrom(STAT)).toBe(1.8);
  });

  it("is not made up from anything else", () => {
    expect(() => cpuSecondsFrom("7 (a) S 1 7")).toThrow(BenchError);
    expect(() => cpuSecondsFrom("")).toThrow(BenchError);
  });

  it("is read from a running process", () => {
    expect(cpuSecondsOf(process.pid)).toBeGreaterThan(0);
    expect(() => cpuSecondsOf(2 ** 30)).toThrow(/process 1073741824 can't be read/);
  });
});
