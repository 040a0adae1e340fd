// What an incident tells beside machine and log: the divergence, what each replica claimed, and what became of it.
import type { CoreDiagnosed } from "../api/core-diagnosis.ts";
import type { Ballot, Output } from "../api/epoch.ts";
import type { Divergence, RecoveryOutcome } from "../api/recovery-strategy.ts";
import type { FaultInjected } from "../api/vmm.ts";
import type { Agreed } from "../coordinator/epoch-log.ts";
import type { ArmedFault } from "../replica/armed-fault.ts";
import { plainFromJson, plainToJson } from "./plain-json.ts";

/** A replica at the divergence. */
export interface IncidentReplica {
  readonly replica: number;
  /** The fault domain that it ran on. */
  readonly core: number;
  /** What it claimed in the epoch of the divergence; absent when it died before. */
  readonly ballot?: Ballot;
  /** Why it died. */
  readonly crash?: string;
  /** Its machine state, where states were compared. */
  readonly state?: Uint8Array;
}

/** A page that the replicas do not have in common, where states were compared. */
export interface IncidentPage {
  readonly page: number;
  readonly contents: readonly { readonly replica: number; readonly bytes: Uint8Array }[];
}

export type AgreedEpoch = Agreed & { readonly epoch: number };

export interface IncidentContent {
  readonly divergence: Divergence;
  readonly replicas: readonly IncidentReplica[];
  readonly pages: readonly IncidentPage[];
  /** What was agreed on since the checkpoint. */
  readonly agreed: readonly AgreedEpoch[];
  /** Faults that the replicas may have met since the checkpoint. */
  readonly faults: readonly ArmedFault[];
  /** Faults that were reported since the checkpoint. */
  readonly injected: readonly FaultInjected[];
  /** Host's clock, ISO 8601. */
  readonly time: string;
  /** Wall milliseconds that the replicas stood still for the incident. */
  readonly pauseMs: number;
}

export interface IncidentOutcome {
  readonly outcome: RecoveryOutcome;
  /** Wall milliseconds of the recovery. */
  readonly durationMs: number;
  /** Of the cores of those that were blamed. */
  readonly diagnoses?: readonly CoreDiagnosed[];
}

type PlainBallot = Omit<Ballot, "nextAlarmTick"> & {
  /** -1 for none: Infinity has no JSON form. */
  readonly nextAlarmTick: number;
  readonly outputs: readonly Output[];
};

export function encodeContent(content: IncidentContent): Uint8Array {
  const replicas = content.replicas.map(({ ballot, ...replica }) => ({
    ...replica,
    ...(ballot !== undefined && { ballot: plainBallot(ballot) }),
  }));
  return Buffer.from(plainToJson({ ...content, replicas }));
}

/** @throws TypeError or SyntaxError for anything else than an incident */
export function decodeContent(contents: Uint8Array): IncidentContent {
  const content = plainFromJson(Buffer.from(contents).toString()) as IncidentContent;
  const isWhole =
    typeof content.divergence.epoch === "number" &&
    Array.isArray(content.replicas) &&
    Array.isArray(content.agreed) &&
    Array.isArray(content.pages) &&
    Array.isArray(content.faults);
  if (!isWhole) throw new TypeError("this is no incident");
  return {
    ...content,
    replicas: content.replicas.map(({ ballot, ...replica }) => ({
      ...replica,
      ...(ballot !== undefined && { ballot: fromPlain(ballot) }),
    })),
  };
}

function plainBallot(ballot: Ballot): PlainBallot {
  const { nextAlarmTick } = ballot;
  return { ...ballot, nextAlarmTick: nextAlarmTick === Infinity ? -1 : nextAlarmTick };
}

function fromPlain(ballot: PlainBallot): Ballot {
  const { nextAlarmTick } = ballot;
  return {
    ...ballot,
    stop: ballot.stop,
    nextAlarmTick: nextAlarmTick < 0 ? Infinity : nextAlarmTick,
  };
}
