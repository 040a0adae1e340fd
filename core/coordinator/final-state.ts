// A digest of everything a run ends in, for tests of determinism: machine state and all of guest memory.
import { createHash } from "node:crypto";
import { compareStates, type ComparisonParts } from "./compare-states.ts";

/** SHA-256 over the state of all live replicas; undefined when they disagree or nobody answers. */
export async function digestFinalState(parts: ComparisonParts): Promise<string | undefined> {
  const { replicas, memories } = parts;
  await replicas.quiesce(replicas.alive);
  const { groups, state } = await compareStates(replicas.alive, Infinity, parts, "apart");
  const [agreeing, ...others] = groups;
  if (agreeing === undefined || state === undefined || others.length > 0) return undefined;
  for (const replica of agreeing) {
    const hash = createHash("sha256").update(state);
    if (await memories.read(replica, (page) => hash.update(page))) return hash.digest("hex");
  }
  return undefined;
}
