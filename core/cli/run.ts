// `extravirt run`: runs the machine of a config, shows progress, and closes with a summary.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Config } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { throwProblems } from "../config/config-error.ts";
import { loadConfig } from "../config/load-config.ts";
import type { RunReport } from "../coordinator/run-report.ts";
import { createLogger } from "../logger.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, collect, loadOptionsOf } from "./config-options.ts";
import type { ConfigOptions } from "./config-options.ts";
import { exitCodeOf } from "./exit-code.ts";
import { faultPlaceText } from "./fault-place.ts";
import { catchInterrupt } from "./interrupt.ts";
import { locateProblem } from "./locate-problem.ts";
import { followNotices } from "./notices.ts";
import { noteText, observationsText } from "./observations.ts";
import { countText } from "./number-text.ts";
import { ProgressLine } from "./progress-line.ts";
import type { ProgressMode } from "./progress-line.ts";
import { reportError } from "./report-error.ts";
import { summaryText } from "./summary.ts";
import { checkOutputFile, writeOutputFile } from "./write-output-file.ts";

interface RunCommandOptions extends ConfigOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly report?: string;
  readonly trace?: readonly string[];
  readonly profile?: boolean;
  readonly record?: string;
  /** False for `--no-incidents`. */
  readonly incidents?: string | boolean;
}

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("run"))
    .summary("run the machine of a config")
    .description(
      "Runs the machine of a config to its end. The guest's console is standard input and output; " +
        "progress, messages and the closing summary go to standard error.",
    )
    .option("--quiet", "no progress and no summary")
    .option("--json", "write messages, errors and the closing report as JSON lines")
    .option("--report <file>", "also write the closing report to a file, as JSON")
    .option("--trace <from-to:file>", "write down a window of steps (repeatable)", collect)
    .option("--record <directory>", "record the run, for `extravirt replay`")
    .option(
      "--incidents <directory>",
      "write a file about each divergence there, for `extravirt bisect`; default: the config's, or ./incidents",
    )
    .option("--no-incidents", "write no files about divergences")
    .option("--profile", "measure where instructions and time go")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, options: RunCommandOptions) => {
      try {
        await run(file, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt run configs/quick-start.yaml
  extravirt run configs/debian-pair.yaml --set machine.ram="512 MiB" --set checkpoint=never
  extravirt run configs/debian-pair.yaml \\
    --fault register-bit-flip:replica=1,at=500000000,register=x5,bit=3
  extravirt run configs/quick-start.yaml --profile --trace 1000-2000:trace.txt

Exit codes:
  the guest's own when it ended by itself; 1 internal error; 2 something to mend (config, image, host);
  3 stopped because of a divergence that could not be resolved; 130 Ctrl-C;
  0 when you leave with the console's escape key`;

async function run(file: string | undefined, options: RunCommandOptions, io: CliIo): Promise<void> {
  const loadOptions = loadOptionsOf(options, io.cwd);
  const extras = [
    ...(options.profile === true ? ["profile=true"] : []),
    ...incidentOverride(options),
    ...(options.record === undefined ? [] : [`recording.path=${JSON.stringify(options.record)}`]),
  ];
  const loaded = await loadConfig(file, {
    ...loadOptions,
    overrides: [...(loadOptions.overrides ?? []), ...extras],
    traces: options.trace ?? [],
    base: { incidents: "incidents" },
  });
  const { config, label } = loaded;
  if (options.report !== undefined) {
    await checkOutputFile("--report", resolve(io.cwd, options.report));
  }
  const isJson = options.json === true;
  const isQuiet = options.quiet === true;
  const progress = new ProgressLine(progressMode(config, options, io), (text) => io.err(text));
  const print = (text: string): void => progress.print(text);
  const interrupt = catchInterrupt(isJson ? () => {} : print);
  const { runMachine } = await import("../coordinator/run-machine.ts");
  let report: RunReport;
  try {
    report = await runMachine(config, {
      onVmm: (vmm) => {
        progress.follow(vmm);
        if (!isJson && !isQuiet) followNotices(vmm, print, io.cwd);
      },
      onNote: (note) => {
        if (isJson) print(`${JSON.stringify({ type: "note", ...note })}\n`);
        else if (!isQuiet) print(noteText(note));
      },
      signal: interrupt.signal,
      logger: createLogger(config.log.level, { isJson, write: print }),
      log: isJson || isQuiet ? () => {} : (message) => print(`extravirt: ${message}\n`),
    });
  } catch (error) {
    throw locateProblem(error, loaded);
  } finally {
    progress.clear();
    interrupt.release();
  }
  if (isJson) io.err(`${JSON.stringify({ type: "report", ...report })}\n`);
  else if (!isQuiet) io.err(`\n${summaryText(report)}${observationsText(report)}`);
  if (options.report !== undefined) {
    const text = `${JSON.stringify(report, undefined, 2)}\n`;
    await writeOutputFile("--report", resolve(io.cwd, options.report), text);
  }
  io.exitWith(exitCodeOf(report, interrupt.exitCode()));
  const hasEndedByItself = report.stop.reason !== "user" && report.stop.reason !== "diverged";
  if (hasEndedByItself) throwUnreachedFaults(report, label);
}

function incidentOverride({ incidents }: RunCommandOptions): string[] {
  if (incidents === false) return ["incidents=null"];
  return typeof incidents === "string" ? [`incidents=${JSON.stringify(incidents)}`] : [];
}

/** The guest's console and the progress line must not meet on one terminal. */
function progressMode(config: Config, options: RunCommandOptions, io: CliIo): ProgressMode {
  if (options.json === true || options.quiet === true || !io.isErrTerminal) return "off";
  const consoles = [config.console, ...config.machine.devices.map((device) => device.backend)];
  const isShared = io.isOutTerminal && consoles.some((slot) => slot?.use === "terminal");
  return isShared ? "title" : "line";
}

/** @throws XV_ERR_FAULT_BEYOND_RUN for faults that were to happen after the guest ended, or where no replica ran. */
function throwUnreachedFaults(report: RunReport, label: string): void {
  const problems = report.faultsNotReached.map(
    (fault) =>
      new ExtravirtError(
        "XV_ERR_FAULT_BEYOND_RUN",
        `The run ended after ${countText(report.steps)} steps, without this fault: nothing was tested by it.`,
        {
          place: `${label}: faults[${fault.fault}].at`,
          value: `${fault.use} ${fault.core === undefined ? "in" : "on"} ${faultPlaceText(fault)} at ${fault.at}`,
          remedy: `Choose a step below ${report.steps} and a replica or core that runs then (witnesses run only in a recovery).`,
        },
      ),
  );
  throwProblems(label, problems);
}
