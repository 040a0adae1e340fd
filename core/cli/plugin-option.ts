// `--plugin`, for commands that show providers without a config.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Registry } from "../api/plugin.ts";
import { loadPluginHost } from "../plugin-host/load-registry.ts";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";

export interface PluginOption {
  readonly plugin?: readonly string[];
}

export function addPluginOption(command: Command): Command {
  return command.option(
    "--plugin <name-or-path>",
    "also load this plugin (repeatable)",
    (value: string, previous: readonly string[] = []) => [...previous, value],
  );
}

/** Built-in providers and those of the named plugins. */
export async function registryOf({ plugin = [] }: PluginOption, cwd: string): Promise<Registry> {
  const urls = plugin.map((name) => resolvePlugin(name, resolve(cwd, "command"), "--plugin"));
  return (await loadPluginHost(urls)).registry;
}
