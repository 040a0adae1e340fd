// Compares replicas in full: machine state, and pages. Replicas of one history can differ only in pages that one of
// them wrote since the checkpoint. After a replay, in all that they do not share: what is known of the others' pages
// rests on the checkpoint, which may be what is wrong.
import { DISPUTED, type DoubleCheck } from "./double-check.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import type { PagesCompared, ReplicaGroups, ReplicaMemories } from "./replica-memories.ts";
import type { ReplicaSet } from "./replica-set.ts";

export interface ComparisonParts {
  readonly replicas: ReplicaSet;
  readonly memories: ReplicaMemories;
  readonly check: DoubleCheck;
}

export interface StateComparison {
  /** Replicas grouped by equal states, in order of first appearance. */
  readonly groups: readonly (readonly number[])[];
  /** Those that died or hung before they could answer. */
  readonly absent: readonly number[];
  /** Machine state of the first group. */
  readonly state: Uint8Array | undefined;
  /** The same as another replica of that group gave it; undefined where there is none. */
  readonly stateCopy: Uint8Array | undefined;
  /** Pages that were compared. */
  readonly pages: readonly number[];
  /** First difference for people, empty when there is none. */
  readonly detail: string;
}

/** Machine states of replicas that stand still at the same boundary. */
export interface GatheredStates {
  readonly states: ReadonlyMap<number, Uint8Array>;
  readonly absent: readonly number[];
  /** Two evaluations of their comparison, by `DoubleCheck`'s rule: the second one in another order. */
  readonly starts: readonly ReplicaGroups[];
}

export async function gatherStates(
  handles: readonly ReplicaHandle[],
  replicas: Pick<ReplicaSet, "saveStates">,
): Promise<GatheredStates> {
  return statesGathered(handles, await replicas.saveStates(handles));
}

/** @param answers states of these, in the same order; undefined for those that died or hung */
export function statesGathered(
  handles: readonly ReplicaHandle[],
  answers: readonly (Uint8Array | undefined)[],
): GatheredStates {
  const states = new Map<number, Uint8Array>();
  const absent: number[] = [];
  for (const [index, { replica }] of handles.entries()) {
    const state = answers[index];
    if (state === undefined) absent.push(replica);
    else states.set(replica, state);
  }
  const numbers = [...states.keys()];
  const starts = [numbers, numbers.toReversed()].map((order) => groupStates(order, states));
  return { states, absent, starts };
}

/** All handles must stand still at the same boundary. @param step of that boundary */
export async function compareStates(
  handles: readonly ReplicaHandle[],
  step: number,
  parts: Pick<ComparisonParts, "memories" | "check"> & {
    readonly replicas: Pick<ReplicaSet, "saveStates">;
  },
  compared: PagesCompared = "written",
): Promise<StateComparison> {
  return compareGathered(await gatherStates(handles, parts.replicas), step, parts, compared);
}

/** As `compareStates`, of states that are there already. */
export async function compareGathered(
  { states, absent, starts }: GatheredStates,
  step: number,
  { memories, check }: Pick<ComparisonParts, "memories" | "check">,
  compared: PagesCompared = "written",
): Promise<StateComparison> {
  let detail = "";
  if (starts.some((groups) => groups.length > 1)) detail = "machine states differ";
  const memory = await memories.compare(starts, compared);
  const { pages, evaluations } = memory;
  const firstPage = evaluations
    .map((evaluation) => evaluation.firstPage)
    .find((page) => page !== undefined);
  if (firstPage !== undefined) detail = `page 0x${firstPage.toString(16)} differs`;
  const { groups, isDisputed } = check.evaluate("states", step, [
    () => evaluations[0]?.groups ?? [],
    () => evaluations[1]?.groups ?? [],
  ]);
  return {
    groups,
    absent: [...absent, ...memory.absent],
    state: states.get(groups[0]?.[0] ?? -1),
    stateCopy: states.get(groups[0]?.[1] ?? -1),
    pages,
    detail: detail === "" && isDisputed ? DISPUTED : detail,
  };
}

function groupStates(
  order: readonly number[],
  states: ReadonlyMap<number, Uint8Array>,
): number[][] {
  const groups: { readonly state: Uint8Array; readonly members: number[] }[] = [];
  for (const replica of order) {
    const state = states.get(replica) ?? new Uint8Array();
    const group = groups.find((known) => Buffer.compare(known.state, state) === 0);
    if (group === undefined) groups.push({ state, members: [replica] });
    else group.members.push(replica);
  }
  return groups.map(({ members }) => members);
}
