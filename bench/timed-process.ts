// Runs a program in a process of its own and says what it cost. bash's `time` reads the resource usage of its
// children, the same way for our runs and for QEMU's; CPU time counts all threads, user and system.
import { spawn } from "node:child_process";
import { BenchError } from "./bench-error.ts";

export interface ProcessCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

export interface TimedProcess extends ProcessCost {
  readonly stdout: string;
}

/** Ends a program that spins for ever. */
const CPU_LIMIT_SECONDS = 1800;
/** File descriptor 3 takes the program's own error output, 2 what `time` says. */
const SCRIPT = `ulimit -t ${CPU_LIMIT_SECONDS}; TIMEFORMAT='%3R %3U %3S'; time "$@" 2>&3`;

/** @throws BenchError when the program can't be run or its exit code isn't 0. */
export async function runTimed(command: readonly [string, ...string[]]): Promise<TimedProcess> {
  const child = spawn("bash", ["-c", SCRIPT, "bash", ...command], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const texts = child.stdio.slice(1).map(collect);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new BenchError(`bash is needed to time programs: ${cause.message}`)),
    );
    child.on("close", resolve);
  });
  const [stdout = "", times = "", stderr = ""] = texts.map((text) => text());
  if (exitCode !== 0) {
    const [program] = command;
    throw new BenchError(`${program} ended with code ${exitCode}: ${(stderr || times).trim()}`);
  }
  return { ...costFrom(times), stdout };
}

/** From "1.234 1.100 0.050": real, user and system seconds. */
export function costFrom(times: string): ProcessCost {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\s*$/.exec(times);
  if (match === null) throw new BenchError(`bash's \`time\` said ${JSON.stringify(times)}`);
  const [, real, user, system] = match;
  return { wallSeconds: Number(real), cpuSeconds: Number(user) + Number(system) };
}

function collect(stream: unknown): () => string {
  const chunks: Buffer[] = [];
  (stream as NodeJS.ReadableStream).on("data", (chunk: Buffer) => void chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
