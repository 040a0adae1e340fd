// Everything a replica needs to exist, as plain data that can be posted to a worker.
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { ExtravirtError, type ErrorCode, type ErrorDetails } from "../api/extravirt-error.ts";
import type { InstrumentResult } from "../api/instrumentation.ts";
import type { Engine } from "../api/processor.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { MachineSetup } from "../machine/machine.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";
import type { MemoryAnswer, MemoryDigest, MemoryOrder } from "../process/memory-order.ts";
import type { ArmedFault } from "./armed-fault.ts";
import type { CodeChannelSetup } from "./code-channel.ts";
import type { EpochOutput } from "./output-times.ts";
import type { ReplicaProfile } from "./profiler.ts";

export interface ReplicaSetup {
  /** Number of this replica, never used twice in a run. */
  readonly replica: number;
  readonly machine: MachineSetup;
  /** Plugin specifiers, imported again where the replica runs. */
  readonly plugins: readonly string[];
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
  /** Its place in the shared memory. */
  readonly arena: number;
  /** The fault domain that it runs on. */
  readonly core: number;
  /** Core of the host that it is bound to, where it runs on a thread or a process of its own. */
  readonly hostCore?: number | undefined;
  /** How it executes; undefined where the platform's options decide. */
  readonly engine?: Engine | undefined;
  /** Faults that may still happen to it; the first replica has those of all, to see whether they can. */
  readonly faults: readonly ArmedFault[];
  /** Machine state of the known-good checkpoint; undefined at power-on. */
  readonly state: Uint8Array | undefined;
  /** Where replicas hand each other compiled code; undefined where each compiles its own. */
  readonly code: CodeChannelSetup | undefined;
  /** Absent where nobody watches. */
  readonly observation?: ReplicaObservation;
}

/** Who watches a replica. */
export interface ReplicaObservation {
  /** Instruments, in order. */
  readonly slots: readonly SlotConfig[];
  /** Byte offset in the shared memory of their cells. */
  readonly cells: number;
  readonly isProfiled: boolean;
  /** It is noted when outputs come. */
  readonly areOutputsTimed?: true;
  readonly symbols: readonly GuestSymbol[];
}

/** What an instrument of a replica found. */
export interface InstrumentFinding extends InstrumentResult {
  readonly use: string;
}

/** What was seen of a replica, when it stands still in the end. */
export interface ReplicaObserved {
  /** Steps since power-on with which it started, and at which it stands. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly findings: readonly InstrumentFinding[];
  readonly profile?: ReplicaProfile;
  readonly outputs?: readonly EpochOutput[];
}

/** Coordinator to replica. */
export type ReplicaOrder =
  | { readonly kind: "epoch"; readonly record: EpochRecord }
  | { readonly kind: "save" }
  /** As `save`; what it has in up to so many written pages is to stay as it is, wherever it goes on from here. */
  | { readonly kind: "hold"; readonly most: number }
  | { readonly kind: "observe" }
  /** Pages were remapped while the replica stood still. */
  | { readonly kind: "remapped" }
  /** Pages were changed while the replica stood still, and this is its machine state from here on. */
  | { readonly kind: "restore"; readonly state: Uint8Array }
  /** Only to replicas whose memory is their own. */
  | { readonly kind: "memory"; readonly order: MemoryOrder }
  | { readonly kind: "end" };

/** A fault was done to the replica; `id` is that of the armed fault. */
export interface FaultReport {
  readonly kind: "fault";
  readonly step: number;
  readonly what: string;
  readonly id: number;
  /** It was a write that memory protection stopped. */
  readonly isStopped?: true;
}

/** Replica to coordinator. */
export type ReplicaReport =
  | { readonly kind: "ready" }
  | { readonly kind: "ballot"; readonly ballot: Ballot }
  /** Its box has a ballot, and so have those of all others. */
  | { readonly kind: "voted" }
  /** Its box has the state with this number, counted from 1 as they were asked for. */
  | { readonly kind: "saved"; readonly number: number }
  /** `memory`: where the replica's memory is its own. */
  | { readonly kind: "state"; readonly state: Uint8Array; readonly memory?: MemoryDigest }
  | { readonly kind: "memory"; readonly answer: MemoryAnswer }
  | FaultReport
  /** An instrument, by its place in the list, has something to say. */
  | { readonly kind: "note"; readonly index: number; readonly text: string }
  | { readonly kind: "observed"; readonly observed: ReplicaObserved }
  /** `isSelfCheck`: it found itself faulty, and ends rather than go on. */
  | {
      readonly kind: "crashed";
      readonly message: string;
      readonly isSelfCheck?: boolean;
      /** It may live, but cannot be heard; never said by a replica. */
      readonly isCutOff?: boolean;
    }
  /** The setup itself is wrong: a user's mistake, reported as ExtravirtError. */
  | { readonly kind: "refused"; readonly error: RefusedSetup };

/** An ExtravirtError as plain data. */
interface RefusedSetup extends ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A replica found itself faulty. */
export class SelfCheckFailure extends Error {
  override readonly name: string = "SelfCheckFailure";
}

/** The report of a replica that ends with an error. */
export function crashOf(error: unknown, message: string): ReplicaReport {
  return error instanceof SelfCheckFailure
    ? { kind: "crashed", message: error.message, isSelfCheck: true }
    : { kind: "crashed", message };
}

/** The report for a user's mistake found while a replica is built; undefined for other errors. */
export function refusalOf(error: unknown): ReplicaReport | undefined {
  if (!(error instanceof ExtravirtError)) return undefined;
  const { code, message, place, value, remedy } = error;
  return {
    kind: "refused",
    error: {
      code,
      message,
      remedy,
      ...(place === undefined ? {} : { place }),
      ...(value === undefined ? {} : { value }),
    },
  };
}
