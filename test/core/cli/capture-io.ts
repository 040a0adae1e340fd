// Runs the command line inside the test, with its output captured.
import type { CliIo } from "../../../core/cli/cli-io.ts";
import { runCli } from "../../../core/cli/program.ts";

export interface Captured {
  readonly out: string;
  readonly err: string;
  /** 0 when the command set none, as for a process. */
  readonly code: number;
}

export async function capture(
  args: readonly string[],
  io: Partial<Pick<CliIo, "cwd" | "isErrTerminal" | "isOutTerminal">> = {},
): Promise<Captured> {
  const out: Uint8Array[] = [];
  let err = "";
  let code = 0;
  await runCli(args, {
    cwd: process.cwd(),
    isErrTerminal: false,
    isOutTerminal: false,
    ...io,
    out: (text) => {
      out.push(Buffer.from(text));
    },
    err: (text) => {
      err += text;
    },
    exitWith: (value) => {
      code = value;
    },
  });
  return { out: Buffer.concat(out).toString(), err, code };
}
