// Compares replicas in full: machine state and every page that any of them wrote since the checkpoint.
// Pages written by none are the checkpoint's frames, shared read-only.
import { comparePagesOf } from "./compare-memory.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import type { ReplicaSet } from "./replica-set.ts";

export interface ComparisonParts {
  readonly replicas: ReplicaSet;
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
}

export interface StateComparison {
  /** Replicas grouped by equal states, in order of first appearance. */
  readonly groups: readonly (readonly number[])[];
  /** Those that died or hung before they could answer. */
  readonly absent: readonly number[];
  /** Machine state of the first group. */
  readonly state: Uint8Array | undefined;
  /** Pages written by any of them since the checkpoint. */
  readonly pages: readonly number[];
  /** First difference for people, empty when there is none. */
  readonly detail: string;
}

/** All handles must stand still at the same boundary. */
export async function compareStates(
  handles: readonly ReplicaHandle[],
  { replicas, frames, shared }: ComparisonParts,
): Promise<StateComparison> {
  const states = await replicas.saveStates(handles);
  const alive = handles.filter((_, index) => states[index] !== undefined);
  const absent = handles.filter((_, index) => states[index] === undefined);
  const numbers = alive.map((handle) => handle.replica);
  const stateOf = new Map(handles.map((handle, index) => [handle.replica, states[index]]));
  const pages = frames.dirtyPages(...numbers);
  let groups: number[][] = [];
  let detail = "";
  for (const replica of numbers) {
    const state = stateOf.get(replica);
    const group = groups.find(
      ([first]) =>
        Buffer.compare(stateOf.get(first ?? -1) ?? Buffer.alloc(0), state ?? Buffer.alloc(0)) === 0,
    );
    if (group === undefined) groups.push([replica]);
    else group.push(replica);
  }
  if (groups.length > 1) detail = "machine states differ";
  const memory = comparePagesOf(groups, pages, frames, shared);
  groups = memory.groups;
  if (memory.firstPage !== undefined) detail = `page 0x${memory.firstPage.toString(16)} differs`;
  return {
    groups,
    absent: absent.map((handle) => handle.replica),
    state: stateOf.get(groups[0]?.[0] ?? -1),
    pages,
    detail,
  };
}
