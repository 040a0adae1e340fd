// What is kept of a campaign beside the config that was named: whether it is the same campaign, and what differs.
import type { Definition, ResultStore } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { campaignDefinition, machineOf, variantDefinition } from "./campaign-definition.ts";
import { campaignRecordOf } from "./campaign-store.ts";
import type { GoldenFacts } from "./golden-run.ts";
import { remedyOfChange, requireSame, type SameOptions } from "./require-same.ts";

type Kept = Pick<ResultStore, "campaign" | "variants">;

const REPEATING =
  "Repeat experiments with the config, the options (--set) and the ExtraVirt that the campaign was begun with.";

/**
 * Before the run without faults is made: it would take the place of the one that is kept.
 * @throws XV_ERR_CAMPAIGN_CHANGED where the variant was planned on another machine
 */
export async function requireKeptMachine(
  name: string,
  loaded: LoadedConfig,
  store: Kept,
): Promise<void> {
  const remedy = remedyOfChange(store.campaign, campaignRecordOf(loaded));
  const kept = await variantNamed(name, store);
  if (kept !== undefined) requireMachine(kept, loaded, optionsFor(name, loaded, remedy));
}

/**
 * For an experiment that is to be repeated: nothing was made or changed where it throws.
 * @param variants of the config by name, its own first; `name` is one of them
 * @returns asks the same of what the run without faults did
 * @throws XV_ERR_CAMPAIGN_CHANGED where the campaign, or the variant's machine, is another one
 */
export async function requireRepeatable(
  name: string,
  variants: ReadonlyMap<string, LoadedConfig>,
  store: Kept,
): Promise<(golden: GoldenFacts) => void> {
  const { campaign } = store;
  // What the first config says of its campaign holds for all.
  const [base] = variants.values();
  const loaded = variants.get(name)!;
  const options = optionsFor(name, loaded, REPEATING);
  requireSame(campaign.definition, campaignDefinition(base!.config.campaign!), {
    ...options,
    what: `campaign ${campaign.name}`,
  });
  const kept = (await variantNamed(name, store)) ?? {};
  requireMachine(kept, loaded, options);
  return (golden) => requireSame(kept, variantDefinition(loaded.config, golden), options);
}

function requireMachine(kept: Definition, { config }: LoadedConfig, options: SameOptions): void {
  const { withoutFaults: _withoutFaults, ...machine } = kept;
  requireSame(machine, machineOf(config), options);
}

const optionsFor = (name: string, { label }: LoadedConfig, remedy: string): SameOptions => ({
  what: `variant ${name}`,
  place: label,
  remedy,
});

async function variantNamed(name: string, store: Kept): Promise<Definition | undefined> {
  return (await store.variants()).find((variant) => variant.name === name)?.definition;
}
