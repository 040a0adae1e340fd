// Reads the marks of `in-guest.sh` on the console of a Debian guest: when each program ran and what it printed.
import { BenchError } from "./bench-error.ts";
import type { StampedLine } from "./stamped-console.ts";
import type { ProcessCost } from "./timed-process.ts";

interface ProgramRun extends ProcessCost {
  readonly output: readonly string[];
}

export interface DebianRun {
  /** From the start of the process to the guest's first command. */
  readonly boot: ProcessCost;
  /** By name. */
  readonly programs: ReadonlyMap<string, ProgramRun>;
}

const USER_SPACE = "bench: user space";
const BEGIN = /^bench: begin (\S+)$/;
const END = /^bench: end (\S+) with (\d+)$/;

/** @throws BenchError when a mark is missing or a program failed. */
export function readProgramRuns(
  lines: readonly StampedLine[],
  expected: readonly string[],
): DebianRun {
  const boot = lines.find(({ text }) => text === USER_SPACE);
  if (boot === undefined) {
    throw new BenchError(`Debian did not reach user space; its last words: ${tail(lines)}`);
  }
  const programs = new Map(expected.map((name) => [name, readRun(lines, name)]));
  return {
    boot: { wallSeconds: boot.wallSeconds, cpuSeconds: boot.cpuSeconds },
    programs,
  };
}

function readRun(lines: readonly StampedLine[], name: string): ProgramRun {
  const beginAt = lines.findIndex(({ text }) => BEGIN.exec(text)?.[1] === name);
  const endAt = lines.findIndex(({ text }) => END.exec(text)?.[1] === name);
  const begin = lines[beginAt];
  const end = lines[endAt];
  if (begin === undefined || end === undefined) {
    throw new BenchError(`${name} did not run to its end in Debian: ${tail(lines)}`);
  }
  const output = lines.slice(beginAt + 1, endAt).map(({ text }) => text);
  const status = END.exec(end.text)?.[2];
  if (status !== "0") {
    throw new BenchError(`${name} ended with status ${status} in Debian: ${output.join(" / ")}`);
  }
  return {
    wallSeconds: end.wallSeconds - begin.wallSeconds,
    cpuSeconds: end.cpuSeconds - begin.cpuSeconds,
    output,
  };
}

/** Every run of a program has to print the same. @throws BenchError that names the first that doesn't. */
export function requireEqualOutputs(runs: readonly DebianRun[]): void {
  const [first, ...others] = runs;
  for (const [name, { output }] of first?.programs ?? []) {
    for (const { programs } of others) {
      const other = programs.get(name)?.output ?? [];
      if (other.join("\n") !== output.join("\n")) {
        throw new BenchError(`${name} printed ${output.join(" / ")}, then ${other.join(" / ")}`);
      }
    }
  }
}

const tail = (lines: readonly StampedLine[]): string =>
  lines
    .slice(-3)
    .map(({ text }) => text)
    .join(" / ");
