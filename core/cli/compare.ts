// `extravirt compare CONFIG...`: variants of a machine side by side in what they cost and what they survive.
import type { Command } from "commander";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadComparedVariants } from "../campaign/compared-variants.ts";
import { compareVariants } from "../campaign/compare-variants.ts";
import type { CliIo } from "./cli-io.ts";
import { compareTable } from "./compare-table.ts";
import { collect } from "./config-options.ts";
import { catchInterrupt } from "./interrupt.ts";
import { amountText, countText } from "./number-text.ts";
import { reportError } from "./report-error.ts";

interface CompareCommandOptions {
  readonly set?: readonly string[];
  readonly runs: string;
  readonly quiet?: boolean;
  readonly fresh?: boolean;
}

/** Wall milliseconds between two lines of progress. */
const PROGRESS_MS = 2000;
const MOST_RUNS = 1000;

export function register(program: Command, io: CliIo): void {
  program
    .command("compare")
    .argument("[configs...]", "one config with campaign.matrix or campaign.variants, or several")
    .summary("set variants of a machine side by side: costs, and what they survive")
    .description(
      "Injects the same faults into every variant of a config (every combination of campaign.matrix, each of " +
        "campaign.variants) or into several configs, measures what each costs in runs that take turns, and prints " +
        "a table. What the first config says of its campaign holds for all.",
    )
    .option("--set <option=value>", "change one option of every config (repeatable)", collect)
    .option("--runs <count>", "runs of each variant for its costs; 0 for no costs", "3")
    .option("--fresh", "forget the results that are kept, and begin anew")
    .option("--quiet", "no progress")
    .addHelpText("after", EXAMPLES)
    .action(async (files: readonly string[], options: CompareCommandOptions) => {
      try {
        await compare(files, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt compare configs/compare-strategies.yaml
  extravirt compare configs/quick-start.yaml my-variant.yaml --set campaign.experiments=500`;

async function compare(
  files: readonly string[],
  options: CompareCommandOptions,
  io: CliIo,
): Promise<void> {
  const runs = runsOf(options.runs);
  const variants = await loadComparedVariants(files, {
    cwd: io.cwd,
    overrides: options.set ?? [],
    // Nobody types at a thousand guests, or reads what they print.
    base: { console: { use: "null" }, campaign: {} },
  });
  const tell = (text: string): void => {
    if (options.quiet !== true) io.err(`extravirt: ${text}\n`);
  };
  tell(`${amountText(variants.length, "variant")}`);
  const interrupt = catchInterrupt((text) => io.err(text));
  let toldMs = performance.now();
  try {
    const compared = await compareVariants(variants, {
      runs,
      isFresh: options.fresh === true,
      signal: interrupt.signal,
      log: tell,
      onProgress: (variant, done, planned) => {
        if (performance.now() - toldMs < PROGRESS_MS) return;
        toldMs = performance.now();
        tell(`${variant}: ${countText(done)} of ${amountText(planned, "experiment")}`);
      },
    });
    const code = interrupt.exitCode();
    if (code === undefined) io.out(compareTable(variants[0]?.loaded.label ?? "", compared));
    else {
      io.err("extravirt: stopped before the end; the same command resumes\n");
      io.exitWith(code);
    }
  } finally {
    interrupt.release();
  }
}

function runsOf(text: string): number {
  const runs = Number(text);
  if (Number.isSafeInteger(runs) && runs >= 0 && runs <= MOST_RUNS) return runs;
  throw new ExtravirtError("XV_ERR_CLI_COUNT", "This is no number of runs.", {
    place: "--runs",
    value: text,
    remedy: `Write a whole number from 0 to ${MOST_RUNS}.`,
  });
}
