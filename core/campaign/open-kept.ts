// What is kept of a campaign, opened by a command that reads it, with what differs from the config that was named.
import type { ResultStore } from "../api/result-store.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { campaignDefinition, machineOf } from "./campaign-definition.ts";
import { campaignRecordOf, openCampaignStore } from "./campaign-store.ts";
import { differencesOf, differenceText, remedyOfChange } from "./require-same.ts";

export interface KeptCampaign {
  readonly store: ResultStore;
  /** What the config says otherwise by now, in words; the software is no part of it. */
  readonly changes: readonly string[];
}

/**
 * @param variants of the config, by name, the config itself first
 * @param notify told what differs, once
 * @throws XV_ERR_CAMPAIGN_CHANGED where another campaign has the name of this one
 */
export async function openKept(
  variants: ReadonlyMap<string, LoadedConfig>,
  notify: (message: string) => void,
): Promise<KeptCampaign> {
  const base = [...variants.values()][0]!;
  const store = await openCampaignStore(base, "read", notify);
  try {
    const changed = await changesSince(variants, store);
    const { campaign } = store;
    const asked = campaignRecordOf(base);
    if (changed.length > 0 && campaign.origin !== asked.origin) {
      throw new ExtravirtError(
        "XV_ERR_CAMPAIGN_CHANGED",
        `The campaign ${campaign.name} was begun with another definition: ${differenceText(changed)}.`,
        { place: base.label, value: campaign.name, remedy: remedyOfChange(campaign, asked) },
      );
    }
    const changes = [...changed, ...(await variantsGone(variants, store))];
    if (changes.length > 0) {
      notify(`the config is not the one that was run: ${differenceText(changes)}`);
    }
    return { store, changes };
  } catch (error) {
    await store.close();
    throw error;
  }
}

type Kept = Pick<ResultStore, "campaign" | "variants">;

async function changesSince(
  variants: ReadonlyMap<string, LoadedConfig>,
  store: Kept,
): Promise<readonly string[]> {
  const [base] = variants.values();
  const { campaign } = campaignDefinition(base!.config.campaign!);
  const changes = [
    ...differencesOf({ campaign: store.campaign.definition["campaign"] }, { campaign }),
  ];
  for (const { name, definition } of await store.variants()) {
    const loaded = variants.get(name);
    if (loaded === undefined) continue;
    const { withoutFaults: _withoutFaults, ...machine } = definition;
    const differences = differencesOf(machine, machineOf(loaded.config));
    changes.push(...differences.map((difference) => `variant ${name}: ${difference}`));
  }
  return changes;
}

async function variantsGone(
  variants: ReadonlyMap<string, LoadedConfig>,
  store: Kept,
): Promise<readonly string[]> {
  const kept = await store.variants();
  return kept.flatMap(({ name }) =>
    variants.has(name) ? [] : [`variant ${name}: none of the config's any more`],
  );
}
