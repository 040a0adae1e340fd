// Runs host programs (apt-get, dpkg-deb, xz). Everything here takes the runner as a parameter, so that
// tests can stand in for the host.
import { spawn } from "node:child_process";

export interface CommandResult {
  /** Exit status; 127 when the program does not exist, 128 when a signal ended it. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
}

export type CommandRunner = (
  program: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

export const PROGRAM_NOT_FOUND = 127;
const ENDED_BY_SIGNAL = 128;

/** Runs on the host, messages in English so that they can be recognised. Rejects only on internal errors. */
export const runOnHost: CommandRunner = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, LC_ALL: "C", ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    // A program that ends before it has read its input is judged by its status, not by EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input);
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") return reject(error);
      resolve({
        status: PROGRAM_NOT_FOUND,
        stdout: Buffer.alloc(0),
        stderr: `${program}: not found`,
      });
    });
    child.on("close", (status) => {
      resolve({
        status: status ?? ENDED_BY_SIGNAL,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString("utf8"),
      });
    });
  });
