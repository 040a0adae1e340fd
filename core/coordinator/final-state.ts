// A digest of everything a run ends in, for tests of determinism: machine state and all of guest memory.
import { createHash } from "node:crypto";
import { compareStates, type ComparisonParts } from "./compare-states.ts";

/** Differences that are resolved until it is over. */
const MOST_ROUNDS = 3;

/**
 * SHA-256 over the state of all live replicas; undefined when they disagree or nobody answers.
 * @param resolve has a difference resolved, where memories may differ in what nobody looked at; false when it can't be
 */
export async function digestFinalState(
  parts: ComparisonParts,
  resolve: (detail: string) => Promise<boolean> = () => Promise.resolve(false),
): Promise<string | undefined> {
  const { replicas, memories } = parts;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    await replicas.quiesce(replicas.alive);
    const { groups, state, detail } = await compareStates(replicas.alive, Infinity, parts, "apart");
    const [agreeing, ...others] = groups;
    if (agreeing === undefined || state === undefined) return undefined;
    if (others.length > 0) {
      if (await resolve(detail)) continue;
      return undefined;
    }
    for (const replica of agreeing) {
      const hash = createHash("sha256").update(state);
      if (await memories.read(replica, (page) => hash.update(page))) return hash.digest("hex");
    }
  }
  return undefined;
}
