// Configs with a section `campaign`, loaded with a store that keeps nothing.
import { loadConfigObject } from "../../../core/config/load-config.ts";
import type { LoadedConfig } from "../../../core/config/load-config.ts";
import type { Provider, ResultStoreProvider } from "../../../core/index.ts";
import { loadBuiltInPlugins } from "../../../core/plugin-host/built-in-plugins.ts";
import { createPluginHost } from "../../../core/plugin-host/load-registry.ts";

const nowhere: ResultStoreProvider = {
  kind: "result-store",
  name: "nowhere",
  summary: "For tests",
  schema: { type: "object", properties: {}, additionalProperties: false },
  isShared: false,
  open: () => Promise.reject(new Error("It cannot be opened.")),
};

/** @param content beside those of a machine of the toy architecture */
export async function loadCampaign(
  campaign: object,
  content: object = {},
  providers: readonly Provider[] = [],
): Promise<LoadedConfig> {
  const config = {
    machine: { platform: "toy", ram: "8 KiB", boot: { use: "toy-program", source: "li r1 1" } },
    ...content,
    campaign: { store: "nowhere", ...campaign },
  };
  const plugin = {
    name: "tests",
    apiVersion: 1,
    provide: (registry: { register(provider: Provider): void }): void => {
      for (const provider of [nowhere, ...providers]) registry.register(provider);
    },
  };
  const openHost = async (): Promise<ReturnType<typeof createPluginHost>> =>
    createPluginHost([...(await loadBuiltInPlugins()), plugin]);
  return loadConfigObject(config, { openHost });
}
