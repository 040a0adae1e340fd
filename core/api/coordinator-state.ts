// The coordinator's own state as a fault finds it: what exists once, outside of the sphere of replication.

/** Where the coordinator's loop is when its state is struck. */
export const COORDINATOR_MOMENTS = [
  /** Records of epochs were frozen and are about to be sent. */
  "granting",
  /** An epoch is about to be judged; ballots may be missing still. */
  "judging",
  /** It was judged, and nothing was done about it yet. */
  "judged",
  /** It was agreed on, and its outputs are about to leave. */
  "releasing",
  /** Its outputs left, and the checkpoint policy has answered. */
  "agreed",
  /** States were compared in full, and are about to become the known-good checkpoint. */
  "checkpointing",
  /** They have become it. */
  "checkpointed",
  /** A divergence was found. */
  "diverged",
  /** A voting policy has answered during a recovery. */
  "voted",
  /** A recovery is over. */
  "recovered",
] as const;

export type CoordinatorMoment = (typeof COORDINATOR_MOMENTS)[number];

export const COORDINATOR_STRUCTURES = [
  /** What was agreed on last, and whether a checkpoint is due. */
  "position",
  /** Epochs frozen, sent, and waited for. */
  "schedule",
  /** Inputs of epochs. */
  "log-records",
  /** Digests of what was agreed on. */
  "log-digests",
  /** Inputs that wait to enter an epoch. */
  "inputs",
  /** What replicas claimed of epochs that are not agreed on. */
  "ballots",
  /** What is known of each replica: epochs granted and voted on, its place in memory. */
  "replicas",
  /** Orders on their way to replicas, in memory that both sides see. */
  "mailboxes",
  /** Ballots and machine states on their way from replicas, in memory that both sides see. */
  "ballot-boxes",
  /** What was found about an epoch; there while it is acted on. */
  "verdict",
  /** Groups of equal replicas and pages compared; there while a checkpoint is taken. */
  "comparison",
  /** State of device models below the replicas; none where replicas have their own. */
  "device-models",
  /** What device models below the replicas did that has not entered them, or not left. */
  "device-effects",
  /** Outputs between comparison and release. */
  "outputs",
  /** What the checkpoint policy goes by, and its answer. */
  "policy",
  /** The voting policy's answer, and how often recovery was needed in a row. */
  "vote",
  /** Page maps of replicas, entries in use. */
  "page-maps",
  /** Page map of the known-good checkpoint, entries in use. */
  "checkpoint-map",
  /** Who holds which frame, for frames in use. */
  "frame-owners",
  /** How often checkpoints need a frame, and frames per owner. */
  "frame-counts",
  /** Pages that replicas wrote. */
  "dirty-lists",
  /** Machine states of checkpoints. */
  "checkpoint-states",
  /** Which checkpoints there are. */
  "checkpoint-list",
] as const;

export type CoordinatorStructure = (typeof COORDINATOR_STRUCTURES)[number];

/** A value that bits can be flipped in, where it stands. */
export interface StateCell {
  /** For people: "records[3].jumpTicks". */
  readonly name: string;
  readonly bits: number;
  /** Inverts `width` bits from `bit` on; past the last one it goes on at 0. @returns before and after, for people */
  flip(bit: number, width: number): string;
}

export interface CoordinatorTarget {
  readonly moment: CoordinatorMoment;
  /** In an order that depends on the run only; empty where there is nothing of it at this moment. */
  cells(structure: CoordinatorStructure): readonly StateCell[];
}
