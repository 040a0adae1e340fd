// `extravirt campaign worker CONFIG`: takes batches of a campaign that another process began.
import type { Command } from "commander";
import { CampaignProgressLine } from "./campaign-progress.ts";
import type { CliIo } from "./cli-io.ts";
import { collect, type ConfigOptions } from "./config-options.ts";
import { catchInterrupt } from "./interrupt.ts";
import { loadCampaignVariants } from "./load-campaign.ts";
import { reportError } from "./report-error.ts";

interface CampaignWorkerOptions extends ConfigOptions {
  readonly quiet?: boolean;
}

export function register(campaign: Command, io: CliIo): void {
  campaign
    .command("worker")
    .argument("[configs...]", "the config of the campaign, or those of the comparison")
    .summary("help with a campaign that keeps its results on a PostgreSQL server")
    .description(
      "Takes batches of a campaign or a comparison that was begun with the same configs, here or on another machine, " +
        "and ends with it. May be killed at any moment: others get its batch.",
    )
    .option("--set <option=value>", "change one option of every config (repeatable)", collect)
    .option("--quiet", "no progress")
    .action(async (files: readonly string[], options: CampaignWorkerOptions) => {
      try {
        await work(files, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function work(
  files: readonly string[],
  options: CampaignWorkerOptions,
  io: CliIo,
): Promise<void> {
  const variants = await loadCampaignVariants(files, options, io);
  const { workForCampaign } = await import("../campaign/work-for-campaign.ts");
  const isQuiet = options.quiet === true;
  const progress = new CampaignProgressLine(io.isErrTerminal, (text) => io.err(text));
  const interrupt = catchInterrupt((text) => progress.print(text));
  try {
    await workForCampaign(variants, {
      signal: interrupt.signal,
      log: (text) => {
        if (!isQuiet) progress.print(`extravirt: ${text}\n`);
      },
      onProgress: (done, planned) => {
        if (!isQuiet) progress.show(done, planned);
      },
    });
  } finally {
    progress.clear();
    interrupt.release();
  }
  const code = interrupt.exitCode();
  if (code !== undefined) io.exitWith(code);
}
