// Finds the first wrong instruction of an incident: the log since the known-good checkpoint is executed without faults
// and, beside it, with what befell the replica that was wrong; the interval in which they begin to differ is halved down
// to one step. What replay does not bring about again is narrowed down from what the replicas claimed.
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Divergence, DivergenceSignal } from "../api/recovery-strategy.ts";
import type { Registry } from "../api/plugin.ts";
import { differenceOf } from "../coordinator/compare-ballots.ts";
import { type ArmedFault, strikes } from "../replica/armed-fault.ts";
import { SymbolTable } from "../replica/symbol-table.ts";
import { replayClean, type CleanReplay, type NamedStep } from "./clean-replay.ts";
import { instructionText } from "./describe-position.ts";
import { findFirstDifference } from "./first-difference.ts";
import type { IncidentReplica } from "./incident-content.ts";
import type { IncidentFile } from "./incident-file.ts";
import type { MachineDifferences } from "./machine-differences.ts";
import { narrowDown, type Narrowed } from "./narrow-down.ts";
import { RebuiltMachine } from "./rebuilt-machine.ts";
import { TwinReplay, type LookedAt } from "./twin-replay.ts";

/** The first wrong step, and what was wrong. */
export interface FoundCause {
  readonly kind: "found";
  /** Instruction executed at that step where nothing is wrong. Undefined where the machine waits there. */
  readonly at: NamedStep | undefined;
  readonly step: number;
  readonly epoch: number;
  /** Wrong before the instruction was executed, not by executing it. */
  readonly isBefore: boolean;
  /** The recorded fault, in its own words. */
  readonly fault: string | undefined;
  /** Undefined where the replica ended there. */
  readonly differences: MachineDifferences | undefined;
  /** How the replica ended at this step. */
  readonly ended: string | undefined;
  /** Of bytes of memory that were wrong: the first instruction that something else went wrong by. */
  readonly firstUse: FirstUse | undefined;
  /** The replay ends in just what this replica claimed. Undefined where it ended by its own check: a replay has none. */
  readonly isReproduced: boolean | undefined;
}

type FirstUse =
  | { readonly kind: "used"; readonly at: NamedStep | undefined; readonly step: number }
  /** Nothing came of it before the divergence. */
  | { readonly kind: "unused" };

export interface Suspect {
  readonly replica: number;
  readonly core: number;
  /** "right": it claims what the replay without faults does. */
  readonly verdict: "right" | "wrong" | "ended";
  readonly crash: string | undefined;
  readonly cause: FoundCause | Narrowed | undefined;
}

export interface BisectReport {
  readonly divergence: Divergence;
  /** Last epoch that the checkpoint includes; -1 for power-on. */
  readonly checkpointEpoch: number;
  readonly checkpointStep: number;
  readonly steps: number;
  readonly suspects: readonly Suspect[];
  readonly wallMs: number;
}

/** @throws XV_ERR_INCIDENT_UNREPEATABLE */
export function bisectIncident(incident: IncidentFile, registry: Registry): BisectReport {
  return new Bisection(incident, registry).run();
}

class Bisection {
  readonly #incident: IncidentFile;
  readonly #registry: Registry;
  readonly #records: readonly EpochRecord[];
  readonly #symbols: SymbolTable;

  constructor(incident: IncidentFile, registry: Registry) {
    this.#incident = incident;
    this.#registry = registry;
    this.#symbols = new SymbolTable(incident.symbols);
    const { epoch } = incident.content.divergence;
    this.#records = incident.records.filter((record) => record.epoch <= epoch);
  }

  run(): BisectReport {
    const startMs = performance.now();
    const { content, point, path } = this.#incident;
    if (this.#records.length === 0) {
      throw unrepeatable(path, "nothing was executed after the checkpoint");
    }
    const clean = replayClean(this.#incident, this.#rebuild(1), this.#records);
    if (clean.strangeEpoch !== undefined) {
      throw unrepeatable(path, `epoch ${clean.strangeEpoch} is not as it was agreed on`);
    }
    const suspects = content.replicas.map((replica) => this.#examine(replica, clean));
    return {
      divergence: content.divergence,
      checkpointEpoch: point.epoch,
      checkpointStep: point.steps,
      steps: clean.ballot.steps - point.steps,
      suspects,
      wallMs: performance.now() - startMs,
    };
  }

  #examine(claimed: IncidentReplica, clean: CleanReplay): Suspect {
    const { replica, core, crash } = claimed;
    const verdict = this.#verdictOn(claimed, clean);
    const suspect = { replica, core, verdict, crash };
    if (verdict === "right") return { ...suspect, cause: undefined };
    const found = this.#findCause(claimed);
    if (found !== undefined) return { ...suspect, cause: found };
    const cause = narrowDown(claimed, clean, {
      incident: this.#incident,
      records: this.#records,
      rebuild: () => this.#rebuild(1),
      symbols: this.#symbols,
      nameRegister: (byte) =>
        this.#registry
          .get("platform", this.#incident.manifest.machine.platform.use)
          .nameRegister?.(byte),
    });
    return { ...suspect, cause };
  }

  #verdictOn(claimed: IncidentReplica, { ballot, machine }: CleanReplay): Suspect["verdict"] {
    const { divergence, pages } = this.#incident.content;
    if (divergence.signal === "state") {
      if (claimed.state === undefined) return "ended";
      if (Buffer.compare(claimed.state, machine.save()) !== 0) return "wrong";
      const isRight = pages.every(({ page, contents }) => {
        const own = contents.find(({ replica }) => replica === claimed.replica);
        return (
          own === undefined ||
          Buffer.compare(own.bytes, machine.memory.read(page * 4096, 4096)) === 0
        );
      });
      return isRight ? "right" : "wrong";
    }
    if (claimed.ballot === undefined) return claimed.crash === undefined ? "right" : "ended";
    return isSameClaim(claimed.ballot, ballot) ? "right" : "wrong";
  }

  #findCause(claimed: IncidentReplica): FoundCause | undefined {
    const faults = this.#faultsOf(claimed);
    if (faults.length === 0) return undefined;
    const found = this.#searchFor(claimed, faults, false);
    if (found === undefined || found.ended !== undefined) return found;
    // A fault that stays for a while is lost where machines are put back in the meantime.
    return isAnything(found.differences) ? found : this.#searchFor(claimed, faults, true);
  }

  #searchFor(
    claimed: IncidentReplica,
    faults: readonly ArmedFault[],
    isPatient: boolean,
  ): FoundCause | undefined {
    const records = this.#records;
    const { state } = this.#incident.point;
    const twins = new TwinReplay({ rebuilt: this.#rebuild(2), state, records, faults, isPatient });
    const { signal } = this.#incident.content.divergence;
    let isReproduced: boolean | undefined = false;
    const isFound = findFirstDifference(twins, records, () => {
      isReproduced = isReproducedBy(twins, claimed, signal);
    });
    if (!isFound) return undefined;
    const { index } = twins.place;
    const seen = twins.look();
    const { ended } = twins;
    return {
      kind: "found",
      at: this.#named(seen, index),
      step: seen.step,
      epoch: records[index]?.epoch ?? -1,
      isBefore: seen.isBefore,
      fault: seen.fault,
      differences: seen.differences,
      ended,
      firstUse: ended === undefined && !isPatient ? this.#findFirstUse(twins, seen) : undefined,
      isReproduced,
    };
  }

  /** Where only memory is wrong, the instruction that something else goes wrong by comes later. */
  #findFirstUse(twins: TwinReplay, { differences }: LookedAt): FirstUse | undefined {
    if (differences === undefined || differences.memory.length === 0) return undefined;
    const { registers, isElsewhere, memory, memoryBytes } = differences;
    if (registers.length > 0 || isElsewhere || memory.length < memoryBytes) return undefined;
    twins.leaveWrong(memory);
    if (!findFirstDifference(twins, this.#records)) return { kind: "unused" };
    const { index } = twins.place;
    const seen = twins.look();
    return { kind: "used", at: this.#named(seen, index), step: seen.step };
  }

  /** Faults that this replica met since the checkpoint, or had by then. */
  #faultsOf({ replica, core }: IncidentReplica): readonly ArmedFault[] {
    const { content, point } = this.#incident;
    return content.faults
      .filter((fault) => strikes(fault, { replica, core }))
      .flatMap((fault): ArmedFault[] => {
        if (fault.at >= point.steps || fault.isPresent === true) return [fault];
        const model = this.#registry.get("fault", fault.use);
        return model.isPermanent?.(fault.options) === true ? [{ ...fault, isPresent: true }] : [];
      });
  }

  #named({ executed, step }: LookedAt, index: number): NamedStep | undefined {
    if (executed === undefined) return undefined;
    const { hart, privilege, pc } = executed;
    return {
      step,
      epoch: this.#records[index]?.epoch ?? -1,
      hart,
      privilege,
      pc,
      symbol: this.#symbols.text(pc),
      instruction: instructionText(executed),
    };
  }

  #rebuild(replicas: number): RebuiltMachine {
    const { manifest, symbols, point, pages } = this.#incident;
    const rebuilt = new RebuiltMachine(manifest, this.#registry, symbols, replicas);
    rebuilt.load([point], pages);
    return rebuilt;
  }
}

const isAnything = (differences: MachineDifferences | undefined): boolean =>
  differences !== undefined &&
  (differences.registers.length > 0 || differences.memoryBytes > 0 || differences.isElsewhere);

/** Whether the faulty machine ended as the replica did. */
function isReproducedBy(
  twins: TwinReplay,
  { state, ballot }: IncidentReplica,
  signal: DivergenceSignal,
): boolean | undefined {
  if (state !== undefined) return Buffer.compare(twins.faultyState(), state) === 0;
  if (ballot === undefined) {
    if (twins.ended !== undefined) return true;
    // Instruments, whose check it was, are not attached.
    return signal === "self-check" ? undefined : false;
  }
  const { faultyBallot } = twins;
  return faultyBallot !== undefined && isSameClaim(ballot, faultyBallot);
}

const isSameClaim = (a: Ballot, b: Ballot): boolean => differenceOf(a, b) === undefined;

function unrepeatable(path: string, why: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_INCIDENT_UNREPEATABLE",
    `The incident can't be executed again: ${why}.`,
    {
      place: path,
      remedy:
        "Use the ExtraVirt that wrote it, with the same plugins. Where it is that one, its checkpoint was wrong: damaged, or taken from a single machine that had erred before; what led to it can't be told.",
    },
  );
}
