// What a bisection found, for people.
import type { BisectReport, FoundCause, Suspect } from "../recording/bisect-incident.ts";
import type { NamedStep } from "../recording/clean-replay.ts";
import type { IncidentFile } from "../recording/incident-file.ts";
import type {
  ByteDifference,
  MachineDifferences,
  RegisterDifference,
} from "../recording/machine-differences.ts";
import type { Narrowed, WrongOutput, WrongRegister } from "../recording/narrow-down.ts";
import { blamedReplicasText } from "./blame-text.ts";
import { findingText } from "./core-text.ts";
import { checkpointText, countText, durationText } from "./number-text.ts";

/** Registers and outputs that are listed. */
const MAX_LISTED = 12;
const MAX_OUTPUT_CHARACTERS = 40;

export function bisectText(report: BisectReport, { outcome, isSealed }: IncidentFile): string {
  const { divergence, checkpointEpoch, steps, suspects, wallMs } = report;
  const lines = [
    `divergence in epoch ${countText(divergence.epoch)}: ${divergence.detail}`,
    `  ${outcomeText(outcome?.outcome)}`,
    ...(outcome?.diagnoses ?? []).map((diagnosed) => `  ${findingText(diagnosed)}`),
    `  ${countText(steps)} instructions repeated from ${checkpointText(checkpointEpoch)} in ${durationText(wallMs)}`,
    ...(isSealed ? [] : ["  the incident is unsealed: the run was cut off while it was written"]),
    ...suspects.flatMap(suspectLines),
  ];
  return `${lines.join("\n")}\n`;
}

function outcomeText(outcome: NonNullable<IncidentFile["outcome"]>["outcome"] | undefined): string {
  if (outcome === undefined) return "what became of it is not known";
  if (outcome.kind === "stopped") return `not recovered: ${outcome.why}`;
  return `recovered by ${outcome.by}, ${blamedReplicasText(outcome)}`;
}

function suspectLines({ replica, core, verdict, crash, cause }: Suspect): string[] {
  const head = `replica ${replica} (core ${core})`;
  if (verdict === "right") return [`${head}: right, the replay without faults claims the same`];
  const state = verdict === "ended" ? `ended: ${crash ?? "it gave no state"}` : "wrong";
  if (cause === undefined) return [`${head}: ${state}`];
  const lines = cause.kind === "found" ? foundLines(cause) : narrowedLines(cause);
  return [`${head}: ${state}`, ...lines.map((line) => `  ${line}`)];
}

function foundLines(found: FoundCause): string[] {
  const { at, step, epoch, isBefore, differences, ended, fault, firstUse, isReproduced } = found;
  const what =
    ended !== undefined ? `${ended}` : isBefore ? "wrong before it" : "wrong by executing it";
  return [
    `first wrong step: ${countText(step)}, in epoch ${countText(epoch)}`,
    `  ${at === undefined ? "no instruction is described there" : stepText(at)}`,
    `  ${what}${differences === undefined ? "" : ":"}`,
    ...(differences === undefined ? [] : differenceLines(differences).map((line) => `    ${line}`)),
    ...(firstUse === undefined ? [] : firstUseLines(firstUse)),
    ...(fault === undefined ? [] : [`recorded fault there: ${fault}`]),
    reproducedText(isReproduced),
  ];
}

function reproducedText(isReproduced: boolean | undefined): string {
  if (isReproduced === undefined) {
    return "the replica ended by its own check, which is not part of a replay: whether anything else befell it can't be told";
  }
  return isReproduced
    ? "the replay under the recorded faults ends just as this replica did"
    : "the replay under the recorded faults ends otherwise than this replica did: something else befell it as well";
}

function firstUseLines(firstUse: NonNullable<FoundCause["firstUse"]>): string[] {
  if (firstUse.kind === "unused") return ["nothing came of it up to the divergence"];
  const { at, step } = firstUse;
  return [
    `first instruction with a wrong effect by it: step ${countText(step)}${at === undefined ? "" : `, in epoch ${countText(at.epoch)}`}`,
    ...(at === undefined ? [] : [`  ${stepText(at)}`]),
  ];
}

function narrowedLines(narrowed: Narrowed): string[] {
  const { registers, outputs, memory, steps, watchedSteps } = narrowed;
  return [
    "no recorded fault explains it: it can't be brought about again, as after a real passing fault",
    ...sinceLines(narrowed),
    "wrong at the divergence:",
    ...(steps === undefined
      ? []
      : [`  it stood at step ${countText(steps.wrong)}, right is ${countText(steps.right)}`]),
    ...listed(registers).flatMap((register) => writerLines(register, watchedSteps)),
    ...more(registers, "registers"),
    ...listed(outputs).map((output) => `  ${outputText(output)}`),
    ...more(outputs, "outputs"),
    ...memory.map((byte) => `  ${byteText(byte)}`),
  ];
}

/** Since when something may have been wrong. */
function sinceLines({ lastRightEpoch, lastComparedEpoch }: Narrowed): string[] {
  if (lastComparedEpoch === undefined) {
    return ["nobody compared a single machine: something may have been wrong at any time before"];
  }
  const compared = checkpointText(lastComparedEpoch);
  if (lastRightEpoch <= lastComparedEpoch) return [`nothing was wrong at ${compared}`];
  return [
    `registers and outputs were right at the end of epoch ${countText(lastRightEpoch)}`,
    `memory and devices were last compared at ${compared}: the fault may have struck them at any time since`,
  ];
}

function writerLines(register: WrongRegister, watchedSteps: number): string[] {
  const { lastWriter } = register;
  const writer =
    lastWriter === undefined
      ? unwrittenText(watchedSteps)
      : `last written at step ${countText(lastWriter.step)}, ${stepText(lastWriter)}`;
  const when =
    lastWriter === undefined
      ? []
      : ["      struck after that, or what it was computed from before"];
  return [`  ${registerText(register)}`, `    ${writer}`, ...when];
}

const unwrittenText = (watchedSteps: number): string =>
  watchedSteps === 0
    ? "which instruction wrote it last is not known"
    : `not changed in the last ${countText(watchedSteps)} steps: struck at any of them, or before`;

function stepText({ hart, privilege, pc, symbol, instruction }: NamedStep): string {
  const place = symbol === undefined ? "" : ` <${symbol}>`;
  return `hart ${hart} in mode ${privilege}, pc 0x${pc.toString(16)}${place}: ${instruction}`;
}

function differenceLines(differences: MachineDifferences): string[] {
  const { registers, memory, memoryBytes, isElsewhere } = differences;
  return [
    ...listed(registers).map(registerText),
    ...more(registers, "registers"),
    ...memory.map(byteText),
    ...(memoryBytes > memory.length
      ? [`and ${countText(memoryBytes - memory.length)} more bytes of memory`]
      : []),
    ...(isElsewhere ? ["a device, a timer, or a part of the processor without a name"] : []),
  ];
}

function registerText({ name, bits, right, wrong }: RegisterDifference): string {
  return `register ${name} ${bitsText(bits)}: 0x${right.toString(16)} is right, it was 0x${wrong.toString(16)}`;
}

function byteText({ address, bits, right, wrong }: ByteDifference): string {
  const page = Math.floor(address / 4096).toString(16);
  return `memory 0x${address.toString(16)} (page 0x${page}) ${bitsText(bits)}: 0x${right.toString(16)} is right, it was 0x${wrong.toString(16)}`;
}

function bitsText(bits: readonly number[]): string {
  return `bit${bits.length === 1 ? "" : "s"} ${bits.join(", ")}`;
}

function outputText({ channel, index, right, wrong }: WrongOutput): string {
  return `output ${index} on ${channel}: ${bytesText(right)} is right, it was ${bytesText(wrong)}`;
}

function bytesText(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return "nothing";
  const text = JSON.stringify(Buffer.from(bytes).toString("latin1"));
  return text.length > MAX_OUTPUT_CHARACTERS ? `${text.slice(0, MAX_OUTPUT_CHARACTERS)}…` : text;
}

const listed = <T>(items: readonly T[]): readonly T[] => items.slice(0, MAX_LISTED);

function more(items: readonly unknown[], what: string): string[] {
  const rest = items.length - MAX_LISTED;
  return rest > 0 ? [`  and ${countText(rest)} more ${what}`] : [];
}
