// Runs an emulator with its guest's console on standard output, and stamps each line with the time of its arrival and
// with what the process had cost by then.
import { spawn } from "node:child_process";
import { BenchError } from "./bench-error.ts";
import { cpuSecondsOf } from "./process-cpu.ts";
import type { ProcessCost } from "./timed-process.ts";

/** Costs count from the start of the process. */
export interface StampedLine extends ProcessCost {
  readonly text: string;
}

/** Ends a program that spins for ever. `exec` keeps the process id. */
const SCRIPT = 'ulimit -t 1800; exec "$@"';

/** @returns the lines, in order. @throws BenchError when the program can't be run or its exit code isn't 0. */
export async function stampConsole(
  command: readonly [string, ...string[]],
): Promise<StampedLine[]> {
  const started = performance.now();
  const child = spawn("bash", ["-c", SCRIPT, "bash", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: StampedLine[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const wallSeconds = (performance.now() - started) / 1e3;
    const pieces = (rest + chunk.toString("latin1")).split("\n");
    rest = pieces.pop() ?? "";
    if (pieces.length === 0 || child.pid === undefined) return;
    const cpuSeconds = cpuSecondsOf(child.pid);
    for (const piece of pieces) {
      lines.push({ text: piece.replaceAll("\r", ""), wallSeconds, cpuSeconds });
    }
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => void errors.push(chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new BenchError(`bash is needed to run programs: ${cause.message}`)),
    );
    child.on("close", resolve);
  });
  if (exitCode !== 0) {
    const words = Buffer.concat(errors).toString().trim();
    throw new BenchError(`${command[0]} ended with code ${exitCode}: ${words}`);
  }
  return lines;
}
