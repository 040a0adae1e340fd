// `extravirt campaign worker CONFIG`: takes batches of a campaign that another process began.
import type { Command } from "commander";
import { CampaignProgressLine } from "./campaign-progress.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, type ConfigOptions } from "./config-options.ts";
import { catchInterrupt } from "./interrupt.ts";
import { loadCampaign } from "./load-campaign.ts";
import { reportError } from "./report-error.ts";

interface CampaignWorkerOptions extends ConfigOptions {
  readonly quiet?: boolean;
}

export function register(campaign: Command, io: CliIo): void {
  addConfigOptions(campaign.command("worker"))
    .summary("help with a campaign that keeps its results on a PostgreSQL server")
    .description(
      "Takes batches of a campaign that `extravirt campaign CONFIG` began with the same config, here or on another " +
        "machine, and ends with it. May be killed at any moment: others get its batch.",
    )
    .option("--quiet", "no progress")
    .action(async (file: string | undefined, options: CampaignWorkerOptions) => {
      try {
        await work(file, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function work(
  file: string | undefined,
  options: CampaignWorkerOptions,
  io: CliIo,
): Promise<void> {
  const loaded = await loadCampaign(file, options, io);
  const { ONLY_VARIANT } = await import("../campaign/run-campaign.ts");
  const { workForCampaign } = await import("../campaign/work-for-campaign.ts");
  const isQuiet = options.quiet === true;
  const progress = new CampaignProgressLine(io.isErrTerminal, (text) => io.err(text));
  const interrupt = catchInterrupt((text) => progress.print(text));
  try {
    await workForCampaign(new Map([[ONLY_VARIANT, loaded]]), {
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
