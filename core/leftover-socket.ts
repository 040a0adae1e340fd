// Makes way for a socket at a path. Only the socket of a program that was killed is removed: on Linux, connecting to a
// regular file fails in the same way, and a mistyped path must cost nobody a file.
import { once } from "node:events";
import { lstatSync, unlinkSync } from "node:fs";
import { connect } from "node:net";

/** What is at the path afterwards: nothing, a socket that somebody listens at (or that nobody here may ask), or no socket. */
export type SocketPlace = "free" | "in-use" | "no-socket";

export async function removeLeftoverSocket(path: string): Promise<SocketPlace> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return "free";
  if (!there.isSocket()) return "no-socket";
  const probe = connect(path);
  try {
    await once(probe, "connect");
    return "in-use";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") return "in-use";
    unlinkSync(path);
    return "free";
  } finally {
    probe.destroy();
  }
}
