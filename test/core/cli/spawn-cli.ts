// Runs the command line as users do: a process of its own, from the sources.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../core/cli/main.ts", import.meta.url));

/** For tests that start processes: generous, since the machine may be busy with other tests. */
export const SPAWN_TIMEOUT_MS = 60_000;

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** Variables beside or instead of this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process and everything it wrote to stdout so far, after each write. */
  readonly onOut?: (child: ChildProcess, out: string) => void;
}

export function spawnCli(args: readonly string[], options: SpawnOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    options.onOut?.(child, out);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
