// The config of a campaign, as all of its commands load it.
import { loadConfig, type LoadedConfig } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import { loadOptionsOf, type ConfigOptions } from "./config-options.ts";

/** @param traces as after `--trace` of `extravirt run` */
export function loadCampaign(
  file: string | undefined,
  options: ConfigOptions,
  io: CliIo,
  traces: readonly string[] = [],
): Promise<LoadedConfig> {
  // Nobody types at a thousand guests, or reads what they print.
  const base = { console: { use: "null" }, campaign: {} };
  return loadConfig(file, { ...loadOptionsOf(options, io.cwd), base, traces });
}
