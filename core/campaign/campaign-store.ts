// The result store of a config's campaign, opened.
import { hostname } from "node:os";
import { basename } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type {
  CampaignRecord,
  ResultStore,
  ResultStoreProvider,
  StoreMode,
} from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { campaignDefinition } from "./campaign-definition.ts";

/** @param notify told of what takes time */
export function openCampaignStore(
  loaded: LoadedConfig,
  mode: StoreMode,
  notify: (message: string) => void = () => {},
): Promise<ResultStore> {
  const campaign = loaded.config.campaign!;
  return storeProviderOf(loaded).open(optionsOf(campaign.store), {
    mode,
    campaign: campaignRecordOf(loaded),
    directory: campaign.directory,
    notify,
  });
}

/** As it would begin here and now. */
export function campaignRecordOf({ config }: LoadedConfig): CampaignRecord {
  const campaign = config.campaign!;
  return {
    name: campaign.name ?? campaignNameOf(campaign.directory),
    definition: campaignDefinition(campaign),
    origin: `${hostname()}:${campaign.directory}`,
  };
}

/** Under which a campaign without a name of its own is kept where several share a store. */
export function campaignNameOf(directory: string): string {
  return basename(directory, ".campaign");
}

/** @throws XV_ERR_CAMPAIGN_STORE_ALONE where processes can't share it */
export function requireShared(loaded: LoadedConfig): void {
  const { use } = loaded.config.campaign!.store;
  if (storeProviderOf(loaded).isShared) return;
  throw new ExtravirtError(
    "XV_ERR_CAMPAIGN_STORE_ALONE",
    "Results are kept where only one process has access to them.",
    {
      place: loaded.placeOf(["campaign", "store"]),
      value: use,
      remedy:
        "Name a PostgreSQL server in the config that all workers use: store: { use: postgres, url: ... }",
    },
  );
}

function storeProviderOf({ config, registry }: LoadedConfig): ResultStoreProvider {
  return registry.get("result-store", config.campaign!.store.use);
}
