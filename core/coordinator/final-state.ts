// A digest of everything a run ends in, for tests of determinism: machine state and all of guest memory.
import { createHash } from "node:crypto";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";
import { compareStates, type ComparisonParts } from "./compare-states.ts";

/** SHA-256 over the state of all live replicas; undefined when they disagree or nobody answers. */
export async function digestFinalState(
  parts: ComparisonParts,
  layout: SharedLayout,
): Promise<string | undefined> {
  const { replicas, frames, shared } = parts;
  await replicas.quiesce(replicas.alive);
  const { groups, state } = await compareStates(replicas.alive, Infinity, parts, "apart");
  const [agreeing, ...others] = groups;
  const [replica] = agreeing ?? [];
  if (replica === undefined || state === undefined || others.length > 0) return undefined;
  const hash = createHash("sha256").update(state);
  for (let page = 0; page < layout.ramPages; page++) {
    hash.update(new Uint8Array(shared.buffer, frames.offsetIn(replica, page), PAGE_BYTES));
  }
  return hash.digest("hex");
}
