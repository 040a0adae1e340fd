// A checkpoint in the making: where it is, what it consists of, and how far it is compared.
import { sealOfNumbers } from "../integrity/seal.ts";
import type { PageComparison } from "./compare-memory.ts";
import type { GatheredStates } from "./compare-states.ts";
import type { CheckpointPlace } from "./known-good-checkpoints.ts";
import type { ReplicaGroups } from "./replica-memories.ts";

/** What becomes a checkpoint when its pages are found equal. */
export interface Verifiable {
  readonly place: CheckpointPlace;
  /** Of the place: nobody else knows it. */
  readonly seal: number;
  readonly state: Uint8Array;
  /** The same as another replica gave it. */
  readonly stateCopy: Uint8Array | undefined;
  readonly pages: readonly number[];
  /** That replicas have stood still for it; undefined where each knows of itself (`Standing`). */
  readonly pauseMs: number | undefined;
}

/** Pages that all replicas held at the same boundary, not all compared yet. */
export interface Candidate extends Verifiable {
  /** Two evaluations, of the pages before `next`. */
  evaluations: readonly PageComparison[];
  next: number;
  /** By both evaluations, once it is compared. */
  groups?: readonly (readonly number[])[];
}

export const sealOfPlace = (place: CheckpointPlace): number =>
  sealOfNumbers(Object.values(place), 0);

export const evaluationsOf = (starts: GatheredStates["starts"]): readonly PageComparison[] =>
  starts.map((groups) => ({
    groups: groups.map((members) => [...members]),
    firstPage: undefined,
  }));

/** Each on its own. */
export const apart = (groups: ReplicaGroups): ReplicaGroups =>
  groups.flat().map((member) => [member]);

/** In full, or as far as the first difference. */
export const isCompared = ({ pages, evaluations, next }: Candidate): boolean =>
  next >= pages.length || evaluations.some(({ groups }) => groups.length > 1);

/** As far as it was compared when it was done. */
export const isEqual = (candidate: Candidate): boolean =>
  candidate.next >= candidate.pages.length &&
  candidate.evaluations.every(({ groups }) => groups.length === 1);

export const areStatesEqual = ({ state, stateCopy }: Verifiable): boolean =>
  stateCopy === undefined || Buffer.compare(state, stateCopy) === 0;
