// What `extravirt campaign report` does; loaded when it is asked for.
import { join, resolve } from "node:path";
import { openKept } from "../campaign/open-kept.ts";
import { readCampaign } from "../campaign/read-campaign.ts";
import { ONLY_VARIANT } from "../campaign/variants.ts";
import { fileLabel } from "../config/read-config-file.ts";
import { reportInput, type ReportSubject } from "../report/describe-report.ts";
import { readCosts } from "../report/kept-costs.ts";
import { strategiesOf } from "../report/strategies.ts";
import { reportPage } from "../report/report-page.ts";
import type { CampaignConfig } from "../api/campaign.ts";
import type { Definition } from "../api/result-store.ts";
import type { CliIo } from "./cli-io.ts";
import { type ConfigOptions } from "./config-options.ts";
import { loadCampaign, loadComparedCampaign } from "./load-campaign.ts";
import { countText } from "./number-text.ts";
import { repeatCommand } from "./repeat-command.ts";
import { checkOutputFile, writeOutputFile } from "./write-output-file.ts";

/** In the place of what differs from the config. */
const GONE = "none of the config's any more";

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
  const { store, changes } = await openKept(
    new Map([
      [ONLY_VARIANT, loaded],
      ...named.map((variant) => [variant.name, variant.loaded] as const),
    ]),
    tell,
  );
  try {
    const { done, planned } = await store.progress();
    if (done < planned) tell(`not complete: ${countText(done)} of ${countText(planned)} results`);
    const { config } = loaded;
    const { definition } = store.campaign;
    // Of the results, whatever the config says by now.
    const campaign = { ...config.campaign!, ...definedIn(definition) };
    const kept = await readCampaign(store, campaign);
    const costs = await readCosts(directory);
    const isCompared = kept.length > 1;
    const variants = kept.map((variant) => {
      const own = costs?.variants[variant.name];
      const known = named.find(({ name }) => name === variant.name);
      const isGone = known === undefined && variant.name !== ONLY_VARIANT;
      const differences = isGone ? [GONE] : (known?.differences ?? []);
      const strategies = strategiesOf(variant.definition["config"]);
      return { ...variant, differences, strategies, ...(own !== undefined && { costs: own }) };
    });
    const name = isCompared ? "compare" : "campaign";
    const page = await reportPage(
      reportInput(
        { campaign, machine: machineIn(kept[0]?.definition) ?? config.machine },
        variants,
        {
          kind: isCompared ? "comparison" : "campaign",
          label: files.length > 1 ? files.join(", ") : loaded.label,
          commands: [repeatCommand(name, files, changes.length > 0 ? {} : options)],
          changes,
          ...(typeof definition["extravirt"] === "string" && {
            ranVersion: definition["extravirt"],
          }),
          ...(costs !== undefined && { host: costs.host }),
        },
      ),
    );
    await writeOutputFile("--report", path, page);
    io.out(`${fileLabel(path, io.cwd)}\n`);
  } finally {
    await store.close();
  }
}

/** The machine that a variant's definition describes. */
function machineIn(definition: Definition = {}): ReportSubject["machine"] | undefined {
  const { machine } = (definition["config"] ?? {}) as { machine?: ReportSubject["machine"] };
  return typeof machine?.boot?.use === "string" ? machine : undefined;
}

/** What a campaign's definition says of its section. */
function definedIn({ campaign }: Definition): Partial<CampaignConfig> {
  return typeof campaign === "object" && campaign !== null ? campaign : {};
}
