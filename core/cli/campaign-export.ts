// `extravirt campaign export CONFIG`: the results that are kept, as a file for other programs.
import { resolve } from "node:path";
import type { Command } from "commander";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { EXPORT_FORMATS, type ExportFormat, exportResults } from "../campaign/export-results.ts";
import type { CliIo } from "./cli-io.ts";
import { addCampaignConfig, type ConfigOptions } from "./config-options.ts";
import { loadCampaignVariants } from "./load-campaign.ts";
import { amountText } from "./number-text.ts";
import { reportError } from "./report-error.ts";
import { checkOutputFile } from "./write-output-file.ts";

interface CampaignExportOptions extends ConfigOptions {
  readonly format: string;
  readonly out: string;
}

export function register(campaign: Command, io: CliIo): void {
  addCampaignConfig(campaign.command("export"))
    .summary("write the results that are kept to a file")
    .description(
      "Writes one row per result, by variant and index, without host times: exports of two runs of the same campaign " +
        "are the same.",
    )
    .requiredOption("--out <file>", "file to write")
    .option("--format <format>", `${EXPORT_FORMATS.join(", ")}`, "csv")
    .action(async (file: string | undefined, options: CampaignExportOptions) => {
      try {
        await write(file, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function write(
  file: string | undefined,
  options: CampaignExportOptions,
  io: CliIo,
): Promise<void> {
  const format = formatOf(options.format);
  const path = resolve(io.cwd, options.out);
  await checkOutputFile("--out", path);
  const variants = await loadCampaignVariants(file === undefined ? [] : [file], options, io);
  const tell = (text: string): void => io.err(`extravirt: ${text}\n`);
  const { openKept } = await import("../campaign/open-kept.ts");
  const { store } = await openKept(variants, tell);
  try {
    const { done, planned } = await store.progress();
    if (done < planned) tell(`the campaign is not complete: ${done} of ${planned} results`);
    const count = await exportResults(store.results(), format, path);
    tell(`${amountText(count, "result")} in ${options.out}`);
  } finally {
    await store.close();
  }
}

function formatOf(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  throw new ExtravirtError("XV_ERR_CAMPAIGN_EXPORT", "This is no format of exports.", {
    place: "--format",
    value: text,
    remedy: `Write one of ${EXPORT_FORMATS.join(", ")}.`,
  });
}
