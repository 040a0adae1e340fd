// How orders get to a replica and its reports back, wherever it runs.
import type { Ballot } from "../api/epoch.ts";
import type { ReplicaOrder, ReplicaReport } from "./replica-setup.ts";

/** Carries orders to a replica and its reports back. */
export interface ReplicaLink {
  /** Number of its process on the host, where it has one of its own. */
  readonly pid?: number | undefined;
  send(order: ReplicaOrder): void;
  /**
   * Ballots that did not come as reports, since the last call. A report `voted` comes when there are some and all other
   * replicas have voted as well, or `saved` where a state follows; who has to know earlier looks.
   * @throws RangeError when what the replica left is no ballot
   */
  takeBallots?(): readonly Ballot[];
  /**
   * A state that did not come as a report; undefined while it is not there. Absent where states are reports. A report
   * `saved` comes for who sleeps meanwhile.
   * @param number how often a state was asked for by then
   * @throws RangeError when what the replica left is damaged
   */
  takeState?(number: number): Uint8Array | undefined;
  /** Absent where nobody knows. */
  readonly standing?: Standing;
  /** Nothing is heard of the host it runs on. */
  isCutOff?(): boolean;
  /** Nobody waits for its votes any more. */
  ignore?(): void;
  /** Memory through which orders and ballots go, where there is any. */
  readonly shared?: LinkMemory;
  /** Ends it at once, whatever it does. Resolves when it can no longer touch shared memory. */
  terminate(): Promise<void>;
}

/** What a replica tells of where it stands, beside its ballots. */
export interface Standing {
  /** It stands at the end of this epoch, or of a later one. */
  hasVoted(epoch: number): boolean;
  /** When it cast its last vote, in host milliseconds. */
  sinceMs(): number;
  /** How many milliseconds it stood still when it last held its pages. */
  stoodMs(): number;
}

export interface LinkMemory {
  readonly mailbox?: ArrayBufferView;
  readonly ballotBox?: readonly ArrayBufferView[];
  /** As far as it is in use. */
  readonly stateBox?: () => readonly ArrayBufferView[];
}

export type StartReplica = (onReport: (report: ReplicaReport) => void) => ReplicaLink;
