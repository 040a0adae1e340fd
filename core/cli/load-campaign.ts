// The config of a campaign, as all of its commands load it.
import { loadConfig, type LoadedConfig, type LoadOptions } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import { loadOptionsOf, type ConfigOptions } from "./config-options.ts";

export function campaignLoadOptions(options: ConfigOptions, io: CliIo): LoadOptions {
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
