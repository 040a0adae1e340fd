// `extravirt campaign status CONFIG`: how far the results are that are kept.
import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { addCampaignConfig, type ConfigOptions } from "./config-options.ts";
import { loadCampaignVariants } from "./load-campaign.ts";
import { amountText, countText } from "./number-text.ts";
import { reportError } from "./report-error.ts";

export function register(campaign: Command, io: CliIo): void {
  addCampaignConfig(campaign.command("status"))
    .summary("say how far a campaign is")
    .action(async (file: string | undefined, options: ConfigOptions) => {
      try {
        await status(file, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function status(file: string | undefined, options: ConfigOptions, io: CliIo): Promise<void> {
  const variants = await loadCampaignVariants(file === undefined ? [] : [file], options, io);
  const { openKept } = await import("../campaign/open-kept.ts");
  const { store } = await openKept(variants, (text) => io.err(`extravirt: ${text}\n`));
  try {
    const { isPlanned } = await store.progress();
    const lines = [`campaign ${store.campaign.name}${isPlanned ? "" : ", more to be planned"}`];
    for (const { name } of await store.variants()) {
      const { done, planned } = await store.progress(name);
      lines.push(`${name}: ${countText(done)} of ${amountText(planned, "experiment")} done`);
    }
    io.out(`${lines.join("\n")}\n`);
  } finally {
    await store.close();
  }
}
