// Imports plugin modules and checks that they are plugins of this API version.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { API_VERSION } from "../api/plugin.ts";
import type { Plugin } from "../api/plugin.ts";
import { resolvePlugin } from "./resolve-plugin.ts";

/**
 * Resolves and imports plugins in the order given.
 * @param specifiers as written under `plugins`: paths, file URLs, package names, short names.
 * @param fromFile absolute path of the file that names them.
 * @throws XV_ERR_PLUGIN_NOT_FOUND, XV_ERR_PLUGIN_FAILED, XV_ERR_PLUGIN_INVALID, XV_ERR_PLUGIN_API_VERSION.
 */
export async function loadPlugins(
  specifiers: readonly string[],
  fromFile: string,
): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const [index, specifier] of specifiers.entries()) {
    const url = resolvePlugin(specifier, fromFile, `${fromFile}: plugins[${index}]`);
    plugins.push(await importPlugin(url));
  }
  return plugins;
}

/** Imports one plugin, the default export (or the export named `plugin`) of a module. */
export async function importPlugin(url: string): Promise<Plugin> {
  let module: { readonly default?: unknown; readonly plugin?: unknown };
  try {
    module = (await import(url)) as typeof module;
  } catch (cause) {
    throw new ExtravirtError(
      "XV_ERR_PLUGIN_FAILED",
      `The plugin fails to load: ${messageOf(cause)}`,
      {
        place: url,
        remedy: "Correct the plugin, or report it to its author.",
        cause,
      },
    );
  }
  return checkPlugin(module.default ?? module.plugin, url);
}

/** @throws XV_ERR_PLUGIN_INVALID, XV_ERR_PLUGIN_API_VERSION. */
export function checkPlugin(candidate: unknown, place: string): Plugin {
  const plugin = candidate as Partial<Plugin> | null | undefined;
  if (typeof plugin !== "object" || plugin === null || typeof plugin.name !== "string") {
    throw new ExtravirtError("XV_ERR_PLUGIN_INVALID", "The module exports no plugin.", {
      place,
      value: plugin === undefined ? "no default export" : typeof plugin,
      remedy: "Export an object with `name`, `apiVersion` and `provide` as the default export.",
    });
  }
  for (const method of ["provide", "apply"] as const) {
    if (plugin[method] === undefined || typeof plugin[method] === "function") continue;
    throw new ExtravirtError("XV_ERR_PLUGIN_INVALID", `\`${method}\` of a plugin is a function.`, {
      place: `${place}: ${plugin.name}`,
      value: typeof plugin[method],
      remedy: `Make \`${method}\` a function or leave it out.`,
    });
  }
  if (plugin.apiVersion !== API_VERSION) {
    throw new ExtravirtError(
      "XV_ERR_PLUGIN_API_VERSION",
      `The plugin "${plugin.name}" was written for another version of the plugin interfaces.`,
      {
        place,
        value: `apiVersion ${String(plugin.apiVersion)}, this is version ${API_VERSION}`,
        remedy:
          typeof plugin.apiVersion === "number" && plugin.apiVersion > API_VERSION
            ? "Update extravirt, or install an older version of the plugin."
            : "Install a newer version of the plugin.",
      },
    );
  }
  return plugin as Plugin;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
