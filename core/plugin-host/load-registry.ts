// Builds the same registry in the coordinator and in every replica worker, from plain data alone.
import type { Config } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Plugin, Registry } from "../api/plugin.ts";
import { loadBuiltInPlugins, REPLICA_LIST } from "./built-in-plugins.ts";
import { createRegistry } from "./create-registry.ts";
import { importPlugin } from "./load-plugins.ts";

export interface PluginHost {
  readonly registry: Registry;
  /** In order of registration: built-in ones first. The coordinator calls their `apply`. */
  readonly plugins: readonly Plugin[];
}

/** The registry for a complete config: built-in plugins, then those of the config. */
export async function loadRegistry(config: Pick<Config, "plugins">): Promise<Registry> {
  return (await loadPluginHost(config.plugins)).registry;
}

/** As `loadRegistry`, of what a replica needs of the built-in ones: devices, platforms, faults, instruments. */
export async function loadReplicaRegistry(config: Pick<Config, "plugins">): Promise<Registry> {
  return (await loadPluginHost(config.plugins, REPLICA_LIST)).registry;
}

/**
 * @param urls of the config's plugins, as `Config.plugins` holds them.
 * @param list module that lists the built-in ones
 */
export async function loadPluginHost(urls: readonly string[], list?: string): Promise<PluginHost> {
  const plugins = [...(await loadBuiltInPlugins(list))];
  for (const url of urls) plugins.push(await importPlugin(url));
  return createPluginHost(plugins);
}

/**
 * Lets each plugin register its providers.
 * @throws XV_ERR_PLUGIN_DUPLICATE_PROVIDER naming both plugins, XV_ERR_PLUGIN_FAILED.
 */
export function createPluginHost(plugins: readonly Plugin[]): PluginHost {
  const registry = createRegistry();
  const bringer = new Map<string, string>();
  for (const plugin of plugins) {
    provideFrom(plugin, registry, bringer);
  }
  return { registry, plugins: [...plugins] };
}

function provideFrom(plugin: Plugin, registry: Registry, bringer: Map<string, string>): void {
  const ownView: Registry = {
    ...registry,
    register(provider) {
      const key = `${provider.kind} ${provider.name}`;
      const other = bringer.get(key);
      if (other !== undefined) {
        throw new ExtravirtError(
          "XV_ERR_PLUGIN_DUPLICATE_PROVIDER",
          `The plugins "${other}" and "${plugin.name}" both bring the ${provider.kind} provider "${provider.name}".`,
          {
            place: `plugin ${plugin.name}`,
            value: provider.name,
            remedy: "Remove one of the two from `plugins`, or rename the provider.",
          },
        );
      }
      registry.register(provider);
      bringer.set(key, plugin.name);
    },
  };
  try {
    plugin.provide?.(ownView);
  } catch (cause) {
    if (cause instanceof ExtravirtError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ExtravirtError(
      "XV_ERR_PLUGIN_FAILED",
      `The plugin "${plugin.name}" failed to register its providers: ${message}`,
      {
        place: `plugin ${plugin.name}`,
        remedy: "Correct the plugin, or report it to its author.",
        cause,
      },
    );
  }
}
