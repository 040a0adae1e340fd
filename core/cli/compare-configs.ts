// What `extravirt compare` does; loaded when it is asked for.
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadComparedVariants } from "../campaign/compared-variants.ts";
import { GoldenRunStopped } from "../campaign/golden-run.ts";
import { type ComparedVariant, compareVariants } from "../campaign/compare-variants.ts";
import { MeasurementStopped } from "../measurement/measured-process.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { fileLabel } from "../config/read-config-file.ts";
import { comparisonCsv, comparisonJson } from "../report/comparison-data.ts";
import { hostFacts, reportInput, type ReportSubject } from "../report/describe-report.ts";
import type { ReportVariant } from "../report/report-input.ts";
import { strategiesOf } from "../report/strategies.ts";
import { forgetCosts, keepCosts, type KeptCosts } from "../report/kept-costs.ts";
import { reportPage } from "../report/report-page.ts";
import type { CliIo } from "./cli-io.ts";
import { compareTable } from "./compare-table.ts";
import { EXIT } from "./exit-code.ts";
import { catchInterrupt } from "./interrupt.ts";
import { leftOutText } from "./left-out-faults.ts";
import { amountText, countText } from "./number-text.ts";
import { repeatCommand } from "./repeat-command.ts";
import { checkOutputFile, writeOutputFile } from "./write-output-file.ts";

export interface CompareCommandOptions {
  readonly set?: readonly string[];
  readonly runs: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly report?: string;
  readonly fresh?: boolean;
}

/** Wall milliseconds between two lines of progress. */
const PROGRESS_MS = 2000;
const MOST_RUNS = 1000;

export async function compare(
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
  const { directory } = variants[0]!.loaded.config.campaign!;
  const path = resolve(io.cwd, options.report ?? join(directory, "comparison.html"));
  await mkdir(directory, { recursive: true });
  await checkOutputFile("--report", path);
  if (options.fresh === true) await forgetCosts(directory);
  const tell = (text: string): void => {
    if (options.quiet !== true) io.err(`extravirt: ${text}\n`);
  };
  tell(`${amountText(variants.length, "variant")}`);
  const leftOut = leftOutText(variants.map(({ loaded }) => loaded));
  if (leftOut !== undefined) tell(leftOut);
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
    const label = files.length > 1 ? files.join(", ") : (variants[0]?.loaded.label ?? "");
    io.out(textOf(label, compared, options));
    const host = hostFacts(new Date());
    const costs = compared.flatMap(({ name, costs: own }) =>
      own === undefined ? [] : [[name, own]],
    );
    if (costs.length > 0) {
      await keepCosts(directory, {
        host,
        variants: Object.fromEntries(costs) as KeptCosts["variants"],
      });
    }
    const page = await reportPage(
      reportInput(subjectOf(variants[0]!.loaded), compared.map(withStrategies), {
        kind: "comparison",
        label,
        commands: [repeatCommand("compare", files, options)],
        ...(costs.length > 0 && { host }),
      }),
    );
    await writeOutputFile("--report", path, page);
    tell(`report: ${fileLabel(path, io.cwd)}`);
  } catch (error) {
    const isStopped = error instanceof MeasurementStopped || error instanceof GoldenRunStopped;
    if (!isStopped) throw error;
    const resuming =
      options.fresh === true ? "the same command without --fresh" : "the same command";
    io.err(`extravirt: stopped before the end; ${resuming} resumes\n`);
    io.exitWith(interrupt.exitCode() ?? EXIT.success);
  } finally {
    interrupt.release();
  }
}

const subjectOf = ({ config }: LoadedConfig): ReportSubject => ({
  campaign: config.campaign!,
  machine: config.machine,
});

const withStrategies = (variant: ComparedVariant): ReportVariant => ({
  ...variant,
  strategies: strategiesOf(variant.loaded.config),
});

function textOf(
  label: string,
  compared: readonly ComparedVariant[],
  { json, csv }: CompareCommandOptions,
): string {
  if (json === true) return comparisonJson(compared);
  return csv === true ? comparisonCsv(compared) : compareTable(label, compared);
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
