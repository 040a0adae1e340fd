// Starts passt with a connected socket of its own, so that there is no socket file and it ends when this process does.
// Without --foreground it goes into the background once it is ready: the exit of the program started says which.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { ExtravirtError } from "../../../core/index.ts";

/** Number of the socket in passt: the first after the standard streams. */
const SOCKET = 3;
/** The end of what it says tells why it stopped. */
const KEPT_TEXT = 2000;
/** passt is ready within some milliseconds; a program that never goes into the background is another one, or told to stay. */
const START_MS = 10_000;

/**
 * @param end of the run: nobody waits any more
 * @throws XV_ERR_NETWORK_PASST when it is missing or does not start
 */
export async function startPasst(
  program: string,
  args: readonly string[],
  end?: AbortSignal,
  startMs: number = START_MS,
): Promise<Duplex> {
  const child = spawn(program, ["--fd", String(SOCKET), ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_TEXT);
  });
  const socket = child.stdio[SOCKET];
  const patience = AbortSignal.timeout(startMs);
  const signal = end === undefined ? patience : AbortSignal.any([end, patience]);
  try {
    const [code, killed] = await once(child, "exit", { signal });
    if (code === 0 && socket instanceof Duplex) return socket;
    // What it said last may still be on its way.
    if (child.stderr?.readableEnded === false) await once(child.stderr, "end", { signal });
    throw failure(program, `it ended with ${code ?? killed}`, said);
  } catch (cause) {
    if (socket instanceof Duplex) socket.destroy();
    // No error of a program that could not be started, or that is gone already, ends the run later.
    child.on("error", () => {});
    child.kill("SIGKILL");
    if (cause instanceof ExtravirtError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isSlow = patience.aborted && end?.aborted !== true;
    throw failure(program, isSlow ? `it was not ready within ${startMs} ms` : reason, said, cause);
  } finally {
    child.stderr?.destroy();
  }
}

function failure(program: string, reason: string, said: string, cause?: unknown): ExtravirtError {
  const lines = said.split("\n").filter((line) => line !== "" && !line.endsWith("to syslog"));
  const last = lines.at(-1);
  return new ExtravirtError(
    "XV_ERR_NETWORK_PASST",
    `cannot start passt: ${reason}${last === undefined ? "" : `, saying "${last}"`}`,
    {
      place: "program",
      value: program,
      remedy:
        "Install the package passt, use host ports that are free, leave out `--foreground`, or start a peer yourself and use the backend `stream`.",
      cause,
    },
  );
}
