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
  return command
    .argument(
      "[config]",
      "config file; without it extravirt.yaml, .json or .config.ts is looked for",
    )
    .option("--set <option=value>", "change one option of the config (repeatable)", collect)
    .option("--fault <model:option=value,...>", "inject one more fault (repeatable)", collect);
}

export function loadOptionsOf(options: ConfigOptions, cwd: string): LoadOptions {
  return { cwd, overrides: options.set ?? [], faults: options.fault ?? [] };
}
