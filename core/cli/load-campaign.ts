// The config of a campaign, as all of its commands load it.
import { loadComparedVariants } from "../campaign/compared-variants.ts";
import { type LoadedVariant, ONLY_VARIANT } from "../campaign/variants.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import { loadOptionsOf, type ConfigOptions } from "./config-options.ts";

function campaignLoadOptions(options: ConfigOptions, io: CliIo): LoadOptions {
  // Nobody types at a thousand guests, or reads what they print.
  const base = { console: { use: "null" }, campaign: {} };
  return { ...loadOptionsOf(options, io.cwd), base };
}

export function loadCampaign(
  file: string | undefined,
  options: ConfigOptions,
  io: CliIo,
): Promise<LoadedConfig> {
  return loadConfig(file, campaignLoadOptions(options, io));
}

/** All variants of the config of a campaign, or of those of a comparison. */
export function loadComparedCampaign(
  files: readonly string[],
  options: ConfigOptions,
  io: CliIo,
): Promise<readonly LoadedVariant[]> {
  return loadComparedVariants(files, campaignLoadOptions(options, io));
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
  const base = await loadCampaign(files[0], options, io);
  const compared = await loadComparedCampaign(files, options, io);
  return new Map([
    [ONLY_VARIANT, base],
    ...compared.map(({ name, loaded }) => [name, loaded] as const),
  ]);
}
