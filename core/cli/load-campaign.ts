// The config of a campaign, as all of its commands load it.
import { loadComparedVariants } from "../campaign/compared-variants.ts";
import { ONLY_VARIANT } from "../campaign/variants.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "../config/load-config.ts";
import type { Sourced } from "../config/sourced-value.ts";
import type { CliIo } from "./cli-io.ts";
import { loadOptionsOf, type ConfigOptions } from "./config-options.ts";

function campaignLoadOptions(options: ConfigOptions, io: CliIo): LoadOptions {
  // Nobody types at a thousand guests, or reads what they print.
  const base = { console: { use: "null" }, campaign: {} };
  return { ...loadOptionsOf(options, io.cwd), base };
}

/** @param over what makes a variant of it */
export function loadCampaign(
  file: string | undefined,
  options: ConfigOptions,
  io: CliIo,
  over?: Sourced,
): Promise<LoadedConfig> {
  const loadOptions = campaignLoadOptions(options, io);
  return loadConfig(file, { ...loadOptions, ...(over !== undefined && { over }) });
}

/**
 * @param files the config of a campaign, or those of a comparison
 * @returns the config itself and all variants, by name
 */
export async function loadCampaignVariants(
  files: readonly string[],
  options: ConfigOptions,
  io: CliIo,
): Promise<ReadonlyMap<string, LoadedConfig>> {
  const loadOptions = campaignLoadOptions(options, io);
  const base = await loadConfig(files[0], loadOptions);
  const compared = await loadComparedVariants(files, loadOptions);
  return new Map([
    [ONLY_VARIANT, base],
    ...compared.map(({ name, loaded }) => [name, loaded] as const),
  ]);
}
