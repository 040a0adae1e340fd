// The arguments that all commands working on a config have in common.
import type { Command } from "commander";
import type { LoadOptions } from "../config/load-config.ts";

export interface ConfigOptions {
  readonly set?: readonly string[];
  readonly fault?: readonly string[];
}

/** For options that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
];

export function addConfigOptions(command: Command): Command {
  return addCampaignConfig(command).option(
    "--fault <model:option=value,...>",
    "inject one more fault (repeatable)",
    collect,
  );
}

/** Of commands that inject what a campaign draws, and nothing else. */
export function addCampaignConfig(command: Command): Command {
  return addSet(
    command.argument(
      "[config]",
      "config file; without it extravirt.yaml, .json or .config.ts is looked for",
    ),
  );
}

/** Of commands on what is kept of a campaign or of a comparison. */
export function addComparedConfigs(command: Command): Command {
  return addSet(
    command.argument("[configs...]", "the config of the campaign, or those of the comparison"),
  );
}

const addSet = (command: Command): Command =>
  command.option("--set <option=value>", "change one option of the config (repeatable)", collect);

export function loadOptionsOf(options: ConfigOptions, cwd: string): LoadOptions {
  return { cwd, overrides: options.set ?? [], faults: options.fault ?? [] };
}
