// `extravirt replay`: executes a recording again, checks it, and looks at any instruction of it.
import { resolve } from "node:path";
import type { Command } from "commander";
import { type ErrorDetails, ExtravirtError } from "../api/extravirt-error.ts";
import { parseTrace, parseValue } from "../config/command-line-values.ts";
import { toPlain } from "../config/sourced-value.ts";
import type { SlotConfig } from "../api/provider.ts";
import { NoteFiles } from "../coordinator/note-files.ts";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";
import { describePosition } from "../recording/describe-position.ts";
import { registryFor } from "../recording/recorded-machine.ts";
import { RecordedRun } from "../recording/recorded-run.ts";
import { RecordingReplay, type ReplayResult } from "../recording/replay-recording.ts";
import { SymbolTable } from "../replica/symbol-table.ts";
import type { CliIo } from "./cli-io.ts";
import { collect } from "./config-options.ts";
import { EXIT } from "./exit-code.ts";
import { jsonText } from "./json-value.ts";
import { amountText, countText, durationText, speedText } from "./number-text.ts";
import { memoryText, positionText } from "./position-text.ts";
import { addPluginOption, type PluginOption } from "./plugin-option.ts";
import { reportError } from "./report-error.ts";

interface ReplayCommandOptions extends PluginOption {
  readonly console?: boolean;
  readonly toEpoch?: string;
  readonly toStep?: string;
  readonly fromStart?: boolean;
  readonly dumpMemory?: readonly string[];
  readonly trace?: readonly string[];
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  const command = program
    .command("replay")
    .argument("<recording>", "directory of a recording, or its file")
    .summary("execute a recording again")
    .description(
      "Executes a recorded run again in one replica and checks every epoch against what was agreed on. " +
        "With --to-epoch or --to-step it stops there and shows registers and memory.",
    )
    .option("--console", "write what the guest's consoles show to standard output")
    .option("--to-epoch <epoch>", "stop after this epoch")
    .option("--to-step <step>", "stop before this step (instruction or trap since power-on)")
    .option("--from-start", "start from power-on, not from the nearest snapshot")
    .option(
      "--dump-memory <address:bytes>",
      "show guest-physical memory there (repeatable)",
      collect,
    )
    .option("--trace <from-to:file>", "write down a window of steps (repeatable)", collect)
    .option("--json", "write the result as JSON to standard output");
  addPluginOption(command)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: ReplayCommandOptions) => {
      try {
        await replay(resolve(io.cwd, path), options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt run configs/quick-start.yaml --record quick-start.recording
  extravirt replay quick-start.recording --console
  extravirt replay quick-start.recording --to-step 123456789 --dump-memory 0x80000000:64

Exit codes:
  0 everything was as recorded; 2 something to mend (recording, option); 3 the replay differs from the recording`;

async function replay(path: string, options: ReplayCommandOptions, io: CliIo): Promise<void> {
  const toEpoch = countOption("--to-epoch", options.toEpoch);
  const toStep = countOption("--to-step", options.toStep);
  const dumps = (options.dumpMemory ?? []).map(memoryRange);
  const traces = (options.trace ?? []).map(
    (text) => toPlain(parseTrace(text, io.cwd)) as SlotConfig,
  );
  const starts = traces.map(({ from }) => Number(from));
  const firstStep = Math.min(...starts);
  checkTogether(options, { toStep, lastStart: Math.max(...starts) });
  const run = new RecordedRun(path);
  if (options.console === true && run.manifest.areDevicesBelow === true) {
    run.close();
    throw noConsole(path);
  }
  const notes = traces.map(({ file }) =>
    typeof file === "string" ? new NoteFiles(resolve(io.cwd, file), 1) : undefined,
  );
  try {
    const plugins = options.plugin?.map((name) =>
      resolvePlugin(name, resolve(io.cwd, "command"), "--plugin"),
    );
    const registry = await registryFor(run.manifest, run.path, plugins);
    const { ramBase } = registry.get("platform", run.manifest.machine.platform.use);
    for (const range of dumps) checkRange(range, ramBase, run.manifest.machine.ramBytes);
    const isJson = options.json === true;
    const consoles = new Set(
      run.manifest.devices
        .filter(({ use }) => registry.get("device", use).backend === "console")
        .map(({ id }) => id),
    );
    const result = new RecordingReplay(run, registry, {
      toEpoch,
      toStep,
      isFromStart: options.fromStart,
      firstStep,
      instruments: traces,
      onOutput: ({ channel, bytes }) => {
        if (options.console === true && consoles.has(channel)) io.out(bytes.slice());
      },
      onNote: (index, text) => {
        if (notes[index] === undefined) io.err(text);
        else notes[index].write(0, text);
      },
    }).execute();
    const isPosition = toEpoch !== undefined || toStep !== undefined;
    const { machine } = result.replica;
    const memory = dumps.map(({ address, bytes }) => ({
      address,
      bytes: machine.memory.read(address - machine.ramBase, bytes),
    }));
    const position =
      isPosition && result.difference === undefined
        ? describePosition(result.replica, new SymbolTable(run.symbols))
        : undefined;
    if (isJson) {
      const { replica: _, ...figures } = result;
      io.out(jsonText({ ...figures, isSealed: run.seal !== undefined, position, memory }));
    } else {
      if (position !== undefined) io.out(positionText(position));
      for (const { address, bytes } of memory) io.out(memoryText(address, bytes));
      io.err(resultText(result, run));
    }
    io.exitWith(result.difference === undefined ? EXIT.success : EXIT.diverged);
  } finally {
    for (const file of notes) file?.close();
    run.close();
  }
}

function resultText(result: ReplayResult, run: RecordedRun): string {
  const { difference, epochs, fromEpoch, fromStep, epoch, step, wallMs } = result;
  const checked = [
    amountText(result.digestsChecked, "digest"),
    ...(result.snapshotsChecked > 0 ? [amountText(result.snapshotsChecked, "snapshot")] : []),
    ...(result.isFinalStateChecked ? ["the final state"] : []),
  ];
  const from = fromEpoch === 0 ? "power-on" : `the snapshot before epoch ${countText(fromEpoch)}`;
  const steps = step - fromStep;
  const head =
    difference === undefined
      ? "the replay is as recorded"
      : `the replay differs in epoch ${countText(difference.epoch)}: ${difference.what}`;
  const rows: [string, string][] = [
    [
      "recorded by",
      `ExtraVirt ${run.manifest.version}, ${run.manifest.replication.replicas} replicas`,
    ],
    ["epochs", `${countText(epochs)}, from ${from} to epoch ${countText(epoch)}`],
    ["instructions", `${countText(steps)}, to step ${countText(step)}`],
    ["checked", checked.join(", ")],
    ...aheadRows(result),
    ["time", `${durationText(wallMs)} (${speedText(steps, wallMs)})`],
    ["recording", sealText(run)],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(14)}${text}`);
  return `extravirt: ${head}\n${lines.join("\n")}\n`;
}

/** The final state is the one after them. */
function aheadRows({ stepsAhead, isFinalStateChecked }: ReplayResult): [string, string][] {
  if (stepsAhead === 0) return [];
  const unchecked = isFinalStateChecked ? "unchecked but for the final state" : "unchecked";
  const beyond = `${amountText(stepsAhead, "instruction")} beyond what was agreed on`;
  return [["run ahead", `${beyond}: nothing of them left the run, ${unchecked}`]];
}

function sealText({ seal }: RecordedRun): string {
  if (seal === undefined) {
    return "unsealed: the run was cut off, or the file was; what is there was replayed";
  }
  return `sealed; the run ended with ${seal.stop.reason}, exit code ${seal.stop.exitCode}`;
}

/** @throws XV_ERR_CLI_REPLAY_OPTIONS */
function checkTogether(
  { console, json, toEpoch }: ReplayCommandOptions,
  { toStep, lastStart }: { readonly toStep: number | undefined; readonly lastStart: number },
): void {
  if (console === true && json === true) {
    throw misfit("--console and --json both write to standard output.", {
      place: "--json",
      remedy: "Leave one of them out.",
    });
  }
  if (toEpoch !== undefined && toStep !== undefined) {
    throw misfit("--to-epoch and --to-step name two places to stop at.", {
      place: "--to-epoch",
      value: toEpoch,
      remedy: "Leave one of them out.",
    });
  }
  if (toStep !== undefined && lastStart >= toStep) {
    throw misfit("The replay stops before the first step to trace.", {
      place: "--trace",
      value: String(lastStart),
      remedy: `Name steps before ${toStep}, or a later step for --to-step.`,
    });
  }
}

const noConsole = (path: string): ExtravirtError =>
  misfit("This recording can't show its console: the run had its devices below the replicas.", {
    place: "--console",
    value: path,
    remedy:
      "Leave --console out. What the replicas asked of their devices is checked; what the devices made of it has only the run itself put out.",
  });

const misfit = (message: string, details: ErrorDetails): ExtravirtError =>
  new ExtravirtError("XV_ERR_CLI_REPLAY_OPTIONS", message, details);

interface MemoryRange {
  readonly address: number;
  readonly bytes: number;
  readonly text: string;
}

function memoryRange(text: string): MemoryRange {
  const [address, bytes, ...rest] = text.split(":").map(parseValue);
  const isRange = [address, bytes].every(Number.isSafeInteger) && rest.length === 0;
  if (isRange && (bytes as number) > 0) {
    return { address: address as number, bytes: bytes as number, text };
  }
  throw badRange(text, "Write for example --dump-memory 0x80000000:64.");
}

function checkRange({ address, bytes, text }: MemoryRange, base: number, ramBytes: number): void {
  if (address >= base && address + bytes <= base + ramBytes) return;
  const end = base + ramBytes - 1;
  throw badRange(text, `Name a range from 0x${base.toString(16)} to 0x${end.toString(16)}.`);
}

function badRange(value: string, remedy: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CLI_MEMORY_RANGE", "This is no range of guest memory.", {
    place: "--dump-memory",
    value,
    remedy,
  });
}

function countOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseValue(text);
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new ExtravirtError("XV_ERR_RECORDING_POSITION", "This is no number of an epoch or step.", {
    place: option,
    value: text,
    remedy: `Write for example ${option} 1000.`,
  });
}
