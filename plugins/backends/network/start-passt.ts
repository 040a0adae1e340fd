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

/** @throws XV_ERR_NETWORK_PASST when it is missing or does not start */
export async function startPasst(program: string, args: readonly string[]): Promise<Duplex> {
  const child = spawn(program, ["--fd", String(SOCKET), ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_TEXT);
  });
  const socket = child.stdio[SOCKET];
  try {
    const [code, signal] = await once(child, "exit");
    if (code === 0 && socket instanceof Duplex) return socket;
    // What it said last may still be on its way.
    if (child.stderr?.readableEnded === false) await once(child.stderr, "end");
    throw failure(program, `it ended with ${code ?? signal}`, said);
  } catch (cause) {
    if (socket instanceof Duplex) socket.destroy();
    if (cause instanceof ExtravirtError) throw cause;
    throw failure(program, cause instanceof Error ? cause.message : String(cause), said, cause);
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
        "Install the package passt, use host ports that are free, or start a peer yourself and use the backend `stream`.",
      cause,
    },
  );
}
