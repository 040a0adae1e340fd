// What `extravirt campaign report` does; loaded when it is asked for.
import { join, resolve } from "node:path";
import { openCampaignStore } from "../campaign/campaign-store.ts";
import { readCampaign } from "../campaign/read-campaign.ts";
import { fileLabel } from "../config/read-config-file.ts";
import { reportInput } from "../report/describe-report.ts";
import { readCosts } from "../report/kept-costs.ts";
import { reportPage } from "../report/report-page.ts";
import type { CampaignConfig } from "../api/campaign.ts";
import type { Definition } from "../api/result-store.ts";
import type { CliIo } from "./cli-io.ts";
import { type ConfigOptions } from "./config-options.ts";
import { loadCampaign, loadComparedCampaign } from "./load-campaign.ts";
import { countText } from "./number-text.ts";
import { repeatCommand } from "./repeat-command.ts";
import { checkOutputFile, writeOutputFile } from "./write-output-file.ts";

export interface CampaignReportOptions extends ConfigOptions {
  readonly report?: string;
}

export async function report(
  files: readonly string[],
  options: CampaignReportOptions,
  io: CliIo,
): Promise<void> {
  const loaded = await loadCampaign(files[0], options, io);
  const { directory } = loaded.config.campaign!;
  const path = resolve(io.cwd, options.report ?? join(directory, "report.html"));
  await checkOutputFile("--report", path);
  const tell = (text: string): void => io.err(`extravirt: ${text}\n`);
  const named = await loadComparedCampaign(files, options, io);
  const store = await openCampaignStore(loaded, "read", tell);
  try {
    const { done, planned } = await store.progress();
    if (done < planned) tell(`not complete: ${countText(done)} of ${countText(planned)} results`);
    const { config } = loaded;
    // Of the results, whatever the config says by now.
    const campaign = { ...config.campaign!, ...definedIn(store.campaign.definition) };
    const kept = await readCampaign(store, campaign);
    const costs = await readCosts(directory);
    const isCompared = kept.length > 1;
    const variants = kept.map((variant) => {
      const own = costs?.variants[variant.name];
      const differences = named.find(({ name }) => name === variant.name)?.differences ?? [];
      return { ...variant, differences, ...(own !== undefined && { costs: own }) };
    });
    const name = isCompared ? "compare" : "campaign";
    const page = await reportPage(
      reportInput({ ...config, campaign }, variants, {
        kind: isCompared ? "comparison" : "campaign",
        label: files.length > 1 ? files.join(", ") : loaded.label,
        commands: [repeatCommand(name, files, options)],
        ...(costs !== undefined && { host: costs.host }),
      }),
    );
    await writeOutputFile("--report", path, page);
    io.out(`${fileLabel(path, io.cwd)}\n`);
  } finally {
    await store.close();
  }
}

/** What a campaign's definition says of its section. */
function definedIn({ campaign }: Definition): Partial<CampaignConfig> {
  return typeof campaign === "object" && campaign !== null ? campaign : {};
}
