// The stretch of an incident without faults: what a right replica claims, and which instruction wrote what last.
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { ExecutedStep } from "../api/processor.ts";
import { digestBallot } from "../coordinator/epoch-log.ts";
import type { Machine } from "../machine/machine.ts";
import type { SymbolTable } from "../replica/symbol-table.ts";
import { instructionText } from "./describe-position.ts";
import type { IncidentFile } from "./incident-file.ts";
import type { RebuiltMachine } from "./rebuilt-machine.ts";

/** Steps that are looked at one by one, from the end. */
const WATCHED_STEPS = 500_000;
const REPLICA = 0;

/** An instruction, and where it is. */
export interface NamedStep {
  readonly step: number;
  readonly epoch: number;
  readonly hart: number;
  readonly privilege: string;
  readonly pc: bigint;
  readonly symbol: string | undefined;
  readonly instruction: string;
}

export interface CleanReplay {
  /** At the end of the last record. */
  readonly machine: Machine;
  readonly ballot: Ballot;
  /** Step with which the last record began. */
  readonly startStep: number;
  /** An epoch whose replay is not what was agreed on: this ExtraVirt executes the guest otherwise. */
  readonly strangeEpoch: number | undefined;
}

/** @param records up to the epoch of the divergence, at least one */
export function replayClean(
  { point, content }: IncidentFile,
  rebuilt: RebuiltMachine,
  records: readonly EpochRecord[],
): CleanReplay {
  const replica = rebuilt.start({ replica: REPLICA, state: point.state });
  const agreed = new Map(content.agreed.map((entry) => [entry.epoch, entry]));
  let strangeEpoch: number | undefined;
  let startStep = replica.machine.steps;
  let ballot: Ballot | undefined;
  for (const record of records) {
    startStep = replica.machine.steps;
    ballot = replica.runEpoch(record);
    const known = agreed.get(record.epoch);
    if (known !== undefined && known.digest !== digestBallot(ballot, known.isVerified)) {
      strangeEpoch ??= record.epoch;
    }
  }
  if (ballot === undefined) throw new RangeError("there is nothing to replay");
  return { machine: replica.machine, ballot, startStep, strangeEpoch };
}

export interface LastWriters {
  readonly byRegister: ReadonlyMap<string, NamedStep>;
  /** Steps that were looked at. */
  readonly watchedSteps: number;
}

/**
 * The last step that wrote or changed each of these registers, among the last ones of the last record. What traps and
 * interrupts do to registers counts as well.
 * @param rebuilt another machine of the same incident
 */
export function findLastWriters(
  { point }: IncidentFile,
  rebuilt: RebuiltMachine,
  records: readonly EpochRecord[],
  { startStep, ballot }: CleanReplay,
  symbols: SymbolTable,
  names: readonly string[],
): LastWriters {
  const replica = rebuilt.start({ replica: REPLICA, state: point.state });
  const { machine } = replica;
  const last = records.at(-1) as EpochRecord;
  for (const record of records.slice(0, -1)) replica.runEpoch(record);
  const length = ballot.steps - startStep;
  replica.runEpoch({ ...last, steps: Math.max(0, length - WATCHED_STEPS) });
  const { processor } = machine;
  const readable = new Set(processor.registerNames().map(({ name }) => name));
  const values = new Map<string, bigint>();
  for (const name of names) if (readable.has(name)) values.set(name, processor.readRegister(name));
  const writers = new Map<string, { readonly step: number; readonly executed: ExecutedStep }>();
  let watchedSteps = 0;
  while (machine.steps < ballot.steps) {
    const { steps } = machine;
    const executed = machine.stepAndDescribe();
    if (executed === undefined) break;
    watchedSteps += 1;
    const written = executed.kind === "retired" ? executed.written?.name : undefined;
    for (const [name, before] of values) {
      const value = processor.readRegister(name);
      if (value === before && name !== written) continue;
      values.set(name, value);
      writers.set(name, { step: steps, executed });
    }
  }
  const byRegister = new Map<string, NamedStep>();
  for (const [name, { step, executed }] of writers) {
    const { hart, privilege, pc } = executed;
    byRegister.set(name, {
      step,
      epoch: last.epoch,
      hart,
      privilege,
      pc,
      symbol: symbols.text(pc),
      instruction: instructionText(executed),
    });
  }
  return { byRegister, watchedSteps };
}
