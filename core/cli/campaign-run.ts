// `extravirt campaign CONFIG`: runs a campaign, or goes on with it, and prints its table.
import type { Command } from "commander";
import type { CampaignOutcome } from "../campaign/run-campaign.ts";
import { loadCampaign } from "./load-campaign.ts";
import { CampaignProgressLine } from "./campaign-progress.ts";
import { campaignText } from "./campaign-text.ts";
import type { CliIo } from "./cli-io.ts";
import { addCampaignConfig, type ConfigOptions } from "./config-options.ts";
import { EXIT } from "./exit-code.ts";
import { failureLimitsOf } from "./failure-limit-options.ts";
import { checkLimits } from "../statistics/failure-limit.ts";
import { catchInterrupt } from "./interrupt.ts";
import { leftOutText } from "./left-out-faults.ts";
import { jsonText } from "./json-value.ts";
import { amountText, countText, durationText } from "./number-text.ts";
import { reportError } from "./report-error.ts";

interface CampaignRunOptions extends ConfigOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly fresh?: boolean;
  readonly maxFailures?: string;
  readonly maxFailureShare?: string;
}

export function register(campaign: Command, io: CliIo): void {
  addCampaignConfig(campaign.command("run", { isDefault: true }))
    .summary("run a campaign, or go on with it (the default)")
    .option("--fresh", "forget the results that are kept, and begin anew")
    .option("--max-failures <count>", "exit code 4 where more experiments fail")
    .option(
      "--max-failure-share <share>",
      "exit code 4 where the share of failures may be larger, with the campaign's confidence",
    )
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
  const limits = failureLimitsOf(options);
  const loaded = await loadCampaign(file, options, io);
  const { runCampaign } = await import("../campaign/run-campaign.ts");
  const isQuiet = options.quiet === true;
  const progress = new CampaignProgressLine(io.isErrTerminal, (text) => io.err(text));
  const tell = (text: string): void => {
    if (!isQuiet) progress.print(`extravirt: ${text}\n`);
  };
  const leftOut = leftOutText([loaded]);
  if (leftOut !== undefined) tell(leftOut);
  const interrupt = catchInterrupt((text) => progress.print(text));
  const startMs = performance.now();
  let outcome: CampaignOutcome;
  try {
    outcome = await runCampaign(loaded, {
      isFresh: options.fresh === true,
      signal: interrupt.signal,
      log: tell,
      onProgress: (done, planned) => {
        if (!isQuiet) progress.show(done, planned);
      },
    });
  } catch (error) {
    const code = interrupt.exitCode();
    if (code === undefined) throw error;
    progress.clear();
    io.err(`extravirt: stopped before the first experiment; ${resumeText(options)}\n`);
    io.exitWith(code);
    return;
  } finally {
    progress.clear();
    interrupt.release();
  }
  const { results, golden, summary, plan, isComplete } = outcome;
  if (isComplete) {
    io.out(
      options.json === true
        ? jsonText({ summary, golden, results })
        : campaignText(loaded.label, golden, summary),
    );
    const tookMs = performance.now() - startMs;
    tell(`${amountText(results.length, "experiment")} in ${durationText(tookMs)}`);
    for (const { isExceeded, what } of checkLimits(summary, limits)) {
      io.err(`extravirt: ${isExceeded ? "limit exceeded" : "within the limit"}: ${what}\n`);
      if (isExceeded) io.exitWith(EXIT.exceeded);
    }
  } else {
    const { length } = results;
    const text = `stopped at ${countText(length)} of ${amountText(plan.experiments.length, "experiment")}; ${resumeText(options)}`;
    io.err(`extravirt: ${text}\n`);
  }
  const code = interrupt.exitCode();
  if (code !== undefined) io.exitWith(code);
}

const resumeText = ({ fresh }: CampaignRunOptions): string =>
  fresh === true ? "the same command without --fresh resumes" : "the same command resumes";
