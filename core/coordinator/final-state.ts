// A digest of everything a run ends in, for tests of determinism: machine state and all of guest memory.
import { createHash } from "node:crypto";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";
import type { ReplicaSet } from "./replica-set.ts";

/** SHA-256 over the oldest live replica; undefined when it cannot answer. */
export async function digestFinalState(
  replicas: ReplicaSet,
  frames: FrameSharing,
  shared: WebAssembly.Memory,
  layout: SharedLayout,
): Promise<string | undefined> {
  await replicas.quiesce(replicas.alive);
  const [handle] = replicas.alive;
  const state = await handle?.saveState();
  if (handle === undefined || state === undefined) return undefined;
  const hash = createHash("sha256").update(state);
  for (let page = 0; page < layout.ramPages; page++) {
    hash.update(new Uint8Array(shared.buffer, frames.offsetIn(handle.replica, page), PAGE_BYTES));
  }
  return hash.digest("hex");
}
