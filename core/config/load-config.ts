// From a path (or none) to a complete, frozen config and the plugins it needs.
import { resolve } from "node:path";
import type { Config, ConfigFile } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadPluginHost } from "../plugin-host/load-registry.ts";
import type { PluginHost } from "../plugin-host/load-registry.ts";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";
import { withCampaignDefaults } from "./campaign-options.ts";
import { addItems, applyOverride, parseFault, parseTrace } from "./command-line-values.ts";
import { throwProblems } from "./config-error.ts";
import { defaultLayer } from "./config-slots.ts";
import { expandArrivals } from "./expand-arrivals.ts";
import { merge, mergeConfigs } from "./merge-configs.ts";
import { fileLabel, findConfigFile } from "./read-config-file.ts";
import { readLayers } from "./resolve-extends.ts";
import {
  isList,
  isMap,
  nodeAt,
  pathText,
  placeOf,
  sourced,
  toPlain,
  valueText,
} from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";
import { validateConfig } from "./validate-config.ts";

export interface LoadOptions {
  /** Directory that paths of the command line start from. Default: the process's. */
  readonly cwd?: string;
  /** What the command takes where no config says otherwise, in the form of a file. */
  readonly base?: ConfigFile;
  /** "option=value", as after `--set`. */
  readonly overrides?: readonly string[];
  /** "model:option=value,...", as after `--fault`; added to the config's own. */
  readonly faults?: readonly string[];
  /** "FROM-TO:FILE", as after `--trace`; added to the config's instruments. */
  readonly traces?: readonly string[];
  /** Lies over everything else: what makes a variant of the config. */
  readonly over?: Sourced;
  /** Makes the registry from resolved plugin URLs. Default: built-in plugins, then these. */
  readonly openHost?: (urls: readonly string[]) => Promise<PluginHost>;
}

export interface LoadedConfig extends PluginHost {
  readonly config: Config;
  /** As the user would type it. */
  readonly label: string;
  /** All layers, merged, with the places where each part was written. */
  readonly source: Sourced;
  /** "file: option" where an option was written, for messages about it. */
  readonly placeOf: (path: OptionPath) => string;
}

/**
 * Loads a config file, what it extends, and its plugins.
 * @param file path, relative to `cwd`; undefined searches for one (see `SEARCH_PLACES`).
 * @throws an ExtravirtError; a ConfigError when there are several problems.
 */
export async function loadConfig(
  file: string | undefined,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  const cwd = resolve(options.cwd ?? process.cwd());
  const path = file === undefined ? await findConfigFile(cwd) : resolve(cwd, file);
  return finish(await readLayers(path, cwd), fileLabel(path, cwd), path, { ...options, cwd });
}

/** As `loadConfig`, for a config given as an object in the form of a file; relative paths start from `cwd`. */
export async function loadConfigObject(
  content: object,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  const cwd = resolve(options.cwd ?? process.cwd());
  const origin = { label: "config", directory: cwd };
  return finish([sourced(content, origin)], origin.label, resolve(cwd, origin.label), {
    ...options,
    cwd,
  });
}

async function finish(
  layers: readonly Sourced[],
  label: string,
  file: string,
  options: LoadOptions & { readonly cwd: string },
): Promise<LoadedConfig> {
  const { openHost = loadPluginHost } = options;
  const root = withCampaignDefaults(combineLayers(layers, options.cwd, options), file);
  const urls = resolvePlugins(root, label);
  const host = await openHost(urls);
  const config = validateConfig(root, label, host.registry, urls);
  // What they would expand to is known here already: a rate or a place that cannot be is told before anything runs.
  expandArrivals(config, host.registry, { placeOf: (path) => placeOf(root, path) });
  return { ...host, config, label, source: root, placeOf: (path) => placeOf(root, path) };
}

function combineLayers(
  layers: readonly Sourced[],
  cwd: string,
  { base = {}, overrides = [], faults = [], traces = [], over }: LoadOptions,
): Sourced {
  const defaults = defaultLayer();
  const command = sourced(base, { label: "the command's defaults", directory: cwd });
  let root = [defaults, command, ...layers].reduce(mergeConfigs);
  for (const text of overrides) root = applyOverride(root, text, cwd);
  if (over !== undefined) root = merge(root, over);
  // A null took something out; what has a default gets it back.
  root = merge(defaults, root);
  root = addItems(
    root,
    "faults",
    faults.map((text) => parseFault(text, cwd)),
  );
  return addItems(
    root,
    "instrumentation",
    traces.map((text) => parseTrace(text, cwd)),
  );
}

/** Each plugin once, as URLs, in the order named. */
function resolvePlugins(root: Sourced, label: string): readonly string[] {
  const list = isMap(root) ? nodeAt(root, ["plugins"]) : undefined;
  if (!isList(list)) return [];
  const urls = new Set<string>();
  const problems: ExtravirtError[] = [];
  for (const [index, item] of list.value.entries()) {
    const { origin, value } = item;
    const place = `${origin.label}: ${pathText(["plugins", index])}`;
    try {
      if (typeof value !== "string" || value === "") {
        throw new ExtravirtError("XV_ERR_CONFIG_VALUE", "A plugin is named by a text.", {
          place,
          value: valueText(toPlain(item)),
          remedy: "Write a package name or a path such as ./my-plugin.ts",
        });
      }
      urls.add(resolvePlugin(value, resolve(origin.directory, "config"), place));
    } catch (error) {
      if (!(error instanceof ExtravirtError)) throw error;
      problems.push(error);
    }
  }
  throwProblems(label, problems);
  return [...urls];
}
