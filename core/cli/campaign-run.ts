// `extravirt campaign CONFIG`: runs a campaign and prints its table.
import type { Command } from "commander";
import { runCampaign } from "../campaign/run-campaign.ts";
import { loadConfig } from "../config/load-config.ts";
import { campaignText } from "./campaign-text.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, loadOptionsOf, type ConfigOptions } from "./config-options.ts";
import { catchInterrupt } from "./interrupt.ts";
import { amountText, countText, durationText } from "./number-text.ts";
import { jsonText } from "./json-value.ts";
import { reportError } from "./report-error.ts";

interface CampaignRunOptions extends ConfigOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Wall milliseconds between two lines of progress. */
const PROGRESS_MS = 2000;

export function register(campaign: Command, io: CliIo): void {
  addConfigOptions(campaign.command("run", { isDefault: true }))
    .summary("run a campaign (the default)")
    .option("--quiet", "no progress")
    .option("--json", "print all results (or the problems) as JSON")
    .action(async (file: string | undefined, options: CampaignRunOptions) => {
      try {
        await run(file, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

async function run(
  file: string | undefined,
  options: CampaignRunOptions,
  io: CliIo,
): Promise<void> {
  // Nobody types at a thousand guests, or reads what they print.
  const base = { console: { use: "null" }, campaign: {} };
  const loaded = await loadConfig(file, { ...loadOptionsOf(options, io.cwd), base });
  const interrupt = catchInterrupt((text) => io.err(text));
  const tell = (text: string): void => {
    if (options.quiet !== true) io.err(`extravirt: ${text}\n`);
  };
  const startMs = performance.now();
  let toldMs = startMs;
  try {
    const outcome = await runCampaign(loaded, {
      signal: interrupt.signal,
      log: tell,
      onProgress: (done, planned) => {
        const nowMs = performance.now();
        if (nowMs - toldMs < PROGRESS_MS) return;
        toldMs = nowMs;
        tell(`${countText(done)} of ${amountText(planned, "experiment")}`);
      },
    });
    io.out(
      options.json === true
        ? jsonText({ summary: outcome.summary, golden: outcome.golden, results: outcome.results })
        : campaignText(loaded.label, outcome.golden, outcome.summary),
    );
    const { length } = outcome.results;
    const tookMs = performance.now() - startMs;
    tell(`${amountText(length, "experiment")} in ${durationText(tookMs)}`);
    const code = interrupt.exitCode();
    if (code !== undefined) io.exitWith(code);
  } finally {
    interrupt.release();
  }
}
