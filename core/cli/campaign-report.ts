// `extravirt campaign report CONFIG`: the report of what is kept of a campaign, written again.
import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { addComparedConfigs } from "./config-options.ts";
import { reportError } from "./report-error.ts";
import type { CampaignReportOptions } from "./write-campaign-report.ts";

export function register(campaign: Command, io: CliIo): void {
  addComparedConfigs(campaign.command("report"))
    .summary("write a report of the results that are kept")
    .description(
      "Writes one HTML file with tables and charts of the results that are kept of a campaign or a comparison: it " +
        "opens anywhere, without a network. Costs are in it where `extravirt compare` measured them.",
    )
    .option("--report <file>", "file to write; default: report.html in campaign.directory")
    .action(async (files: readonly string[], options: CampaignReportOptions) => {
      try {
        const { report } = await import("./write-campaign-report.ts");
        await report(files, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}
