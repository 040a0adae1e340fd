// A wrong claim that no recorded fault explains, as after a real fault of a processor: what was wrong at the divergence,
// and where in the right execution it came from.
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import type { NameRegister } from "../coordinator/compare-ballots.ts";
import type { SymbolTable } from "../replica/symbol-table.ts";
import { findLastWriters, type CleanReplay, type NamedStep } from "./clean-replay.ts";
import type { IncidentReplica } from "./incident-content.ts";
import type { IncidentFile } from "./incident-file.ts";
import { bitsOf, type ByteDifference, type RegisterDifference } from "./machine-differences.ts";
import type { RebuiltMachine } from "./rebuilt-machine.ts";

const MAX_BYTES = 16;

export interface WrongRegister extends RegisterDifference {
  /** The last step of the right execution that wrote or changed it; undefined where none did among those looked at. */
  readonly lastWriter: NamedStep | undefined;
}

export interface WrongOutput {
  readonly channel: string;
  /** Place in the epoch. */
  readonly index: number;
  /** Undefined where there is no such output. */
  readonly right: Uint8Array | undefined;
  readonly wrong: Uint8Array | undefined;
}

export interface Narrowed {
  readonly kind: "narrowed";
  /** Epoch at whose end registers and outputs were right, as far as they are compared there; -1 for power-on. */
  readonly lastRightEpoch: number;
  /** Epoch of the checkpoint, at which all was compared, memory and devices too; undefined where a single machine ran. */
  readonly lastComparedEpoch: number | undefined;
  readonly registers: readonly WrongRegister[];
  readonly outputs: readonly WrongOutput[];
  readonly memory: readonly ByteDifference[];
  /** Steps at the end of the epoch. */
  readonly steps: { readonly right: number; readonly wrong: number } | undefined;
  /** Last steps of the epoch that were looked at for who wrote what. */
  readonly watchedSteps: number;
}

export interface NarrowingParts {
  readonly incident: IncidentFile;
  readonly records: readonly EpochRecord[];
  readonly rebuild: () => RebuiltMachine;
  readonly symbols: SymbolTable;
  readonly nameRegister: NameRegister;
}

export function narrowDown(
  claimed: IncidentReplica,
  clean: CleanReplay,
  parts: NarrowingParts,
): Narrowed {
  const { incident, records, symbols, nameRegister } = parts;
  const { ballot } = claimed;
  const registers = ballot === undefined ? [] : wrongRegisters(clean.ballot, ballot, nameRegister);
  const writers =
    registers.length === 0
      ? undefined
      : findLastWriters(
          incident,
          parts.rebuild(),
          records,
          clean,
          symbols,
          registers.map(({ name }) => name),
        );
  return {
    kind: "narrowed",
    ...lastRight(incident),
    registers: registers.map((register) => ({
      ...register,
      lastWriter: writers?.byRegister.get(register.name),
    })),
    outputs: ballot === undefined ? [] : wrongOutputs(clean.ballot.outputs, ballot.outputs),
    memory: wrongBytes(claimed, clean, incident),
    steps:
      ballot === undefined || ballot.steps === clean.ballot.steps
        ? undefined
        : { right: clean.ballot.steps, wrong: ballot.steps },
    watchedSteps: writers?.watchedSteps ?? 0,
  };
}

function lastRight({
  content,
  point,
}: IncidentFile): Pick<Narrowed, "lastRightEpoch" | "lastComparedEpoch"> {
  const { epoch, signal } = content.divergence;
  const before = content.agreed.find((agreed) => agreed.epoch === epoch - 1);
  const isCompared = signal !== "state" && before?.isVerified === true;
  return {
    lastRightEpoch: isCompared ? epoch - 1 : point.epoch,
    lastComparedEpoch: content.replicas.length > 1 ? point.epoch : undefined,
  };
}

/** Registers in ballots are 64-bit words, little-endian, as far as the platform names them. */
function wrongRegisters(right: Ballot, wrong: Ballot, name: NameRegister): RegisterDifference[] {
  const [a, b] = [Buffer.from(right.registers), Buffer.from(wrong.registers)];
  const found: RegisterDifference[] = [];
  for (let at = 0; at + 8 <= Math.min(a.length, b.length); at += 8) {
    const [one, other] = [a.readBigUInt64LE(at), b.readBigUInt64LE(at)];
    const register = name(at);
    if (one === other || register === undefined) continue;
    found.push({ name: register, bits: bitsOf(one ^ other), right: one, wrong: other });
  }
  return found;
}

function wrongOutputs(right: readonly Output[], wrong: readonly Output[]): WrongOutput[] {
  const length = Math.max(right.length, wrong.length);
  return Array.from({ length }, (_, index) => index).flatMap((index): WrongOutput[] => {
    const [a, b] = [right[index], wrong[index]];
    const isEqual =
      a !== undefined &&
      b !== undefined &&
      a.channel === b.channel &&
      Buffer.compare(a.bytes, b.bytes) === 0;
    if (isEqual) return [];
    return [{ channel: a?.channel ?? b?.channel ?? "", index, right: a?.bytes, wrong: b?.bytes }];
  });
}

function wrongBytes(
  { replica }: IncidentReplica,
  { machine }: CleanReplay,
  { content }: IncidentFile,
): ByteDifference[] {
  const found: ByteDifference[] = [];
  for (const { page, contents } of content.pages) {
    const own = contents.find((entry) => entry.replica === replica);
    if (own === undefined) continue;
    const right = machine.memory.read(page * 4096, 4096);
    for (const [offset, byte] of own.bytes.entries()) {
      const good = right[offset] ?? 0;
      if (byte === good || found.length === MAX_BYTES) continue;
      const address = machine.ramBase + page * 4096 + offset;
      found.push({ address, bits: bitsOf(BigInt(byte ^ good)), right: good, wrong: byte });
    }
  }
  return found;
}
