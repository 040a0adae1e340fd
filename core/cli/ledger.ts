// `extravirt ledger`: what of a run exists only once, outside of the sphere of replication, and what looks after it.
import process from "node:process";
import type { Command } from "commander";
import { loadConfig } from "../config/load-config.ts";
import { bytesText } from "../config/parse-bytes.ts";
import { runMachine } from "../coordinator/run-machine.ts";
import type { RunReport } from "../coordinator/run-report.ts";
import type { CliIo } from "./cli-io.ts";
import { codePaths, type CodePath } from "./code-paths.ts";
import { addConfigOptions, loadOptionsOf, type ConfigOptions } from "./config-options.ts";
import { amountText } from "./number-text.ts";
import { reportError } from "./report-error.ts";

/** Defences by kind of state, as options of `managerProtection`. */
const DEFENCES: Readonly<Record<string, string>> = {
  log: "recordSeals, logChain",
  "what was agreed on": "recordSeals",
  checkpoints: "recordSeals",
  "page maps": "frameAudit",
  "owner table": "frameAudit",
  "digests of pages": "checkpointScrub compares them with the pages",
  "ballots on their way": "recordSeals, doubleEvaluation, releaseCheck",
  "states on their way": "recordSeals, doubleEvaluation",
};

interface Ledger {
  readonly code: readonly CodePath[];
  /** At the end of the run. */
  readonly state: Readonly<Record<string, { readonly bytes: number; readonly defence: string }>>;
  /** Processor time of the coordinator's thread, and of the whole process, in milliseconds. */
  readonly hostTime: {
    readonly coordinatorMs: number;
    readonly processMs: number;
    readonly share: number;
  };
  readonly stop: RunReport["stop"];
}

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("ledger"))
    .summary("run a machine and list what of it is not replicated")
    .description(
      "Runs the machine of a config to its end and prints what exists only once: code that only the coordinator " +
        "runs, its state by kind with the defences that look after it, and its share of the host's time.",
    )
    .option("--json", "print the ledger (or the problems) as JSON")
    .addHelpText("after", "\nExample:\n  extravirt ledger configs/quick-start.yaml")
    .action(async (file: string | undefined, options: ConfigOptions & { json?: boolean }) => {
      try {
        const loaded = await loadConfig(file, loadOptionsOf(options, io.cwd));
        const ledger = await measure(loaded.config);
        io.out(
          options.json === true
            ? `${JSON.stringify(ledger, undefined, 2)}\n`
            : textOf(loaded.label, ledger),
        );
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

async function measure(config: Parameters<typeof runMachine>[0]): Promise<Ledger> {
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()];
  // The ledger is what is printed, not what the guest says.
  const console = config.console.use === "terminal" ? { use: "null" } : config.console;
  const run = { ...config, console };
  const { stop, managerState = {} } = await runMachine(run, { isManagerStateWanted: true });
  const msOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
  const [coordinatorMs, processMs] = [
    msOf(process.threadCpuUsage(thread)),
    msOf(process.cpuUsage(all)),
  ];
  const state = Object.fromEntries(
    Object.entries(managerState).map(([kind, bytes]) => [
      kind,
      { bytes, defence: DEFENCES[kind] ?? "none" },
    ]),
  );
  const share = processMs === 0 ? 0 : coordinatorMs / processMs;
  return { code: codePaths(), state, hostTime: { coordinatorMs, processMs, share }, stop };
}

function textOf(label: string, { code, state, hostTime }: Ledger): string {
  const rows = (cells: readonly (readonly [string, string, string])[]): string => {
    const width = (column: 0 | 1): number => Math.max(...cells.map((row) => row[column].length));
    return cells
      .map(([a, b, c]) => `  ${a.padEnd(width(0))}  ${b.padStart(width(1))}  ${c}\n`)
      .join("");
  };
  const { coordinatorMs, processMs, share } = hostTime;
  return (
    `What is not replicated, ${label}\n\nState at the end of the run, and what looks after it\n` +
    rows(Object.entries(state).map(([kind, one]) => [kind, bytesText(one.bytes), one.defence])) +
    "\nCode, and where it runs\n" +
    rows(
      code.map(({ folder, bytes, runsIn, files }) => [
        folder,
        bytesText(bytes),
        `${runsIn} (${amountText(files, "file")})`,
      ]),
    ) +
    `\nProcessor time of the coordinator's thread: ${coordinatorMs.toFixed(0)} of ${processMs.toFixed(0)} ms ` +
    `(${(100 * share).toFixed(1)} %), preparation included\n`
  );
}
