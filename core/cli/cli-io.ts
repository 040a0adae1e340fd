// What a subcommand may touch of the process: output streams, directory, exit code. Tests pass their own.

export interface CliIo {
  readonly cwd: string;
  /** True where the stream is a terminal. */
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
  /** Standard output: results of commands, and the guest's console, whose bytes need be no text. */
  out(text: string | Uint8Array): void;
  /** Standard error: progress, summaries, messages. */
  err(text: string): void;
  /** The code the process ends with; the last call counts. */
  exitWith(code: number): void;
}

export function processIo(): CliIo {
  return {
    cwd: process.cwd(),
    isOutTerminal: process.stdout.isTTY === true,
    isErrTerminal: process.stderr.isTTY === true,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    exitWith: (code) => {
      process.exitCode = code;
    },
  };
}
