// The variants of several configs side by side. What the first one says of its campaign holds for all: faults are the same
// only where seed, models and sampling are.
import { basename, extname } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "../config/load-config.ts";
import { merge } from "../config/merge-configs.ts";
import { isMap, nodeAt, type Sourced } from "../config/sourced-value.ts";
import { loadVariants, ONLY_VARIANT, type LoadedVariant } from "./variants.ts";

/** Options of a campaign that are each config's own. */
const OWN_OPTIONS = ["matrix", "variants"];

/**
 * @param files paths of configs; none for the one that is found without a name
 * @param options a `base` has to have a section `campaign`
 * @throws XV_ERR_CAMPAIGN_VARIANT for two of one name, and what loading throws
 */
export async function loadComparedVariants(
  files: readonly string[],
  options: LoadOptions,
): Promise<readonly LoadedVariant[]> {
  const [first, ...others] = files.length === 0 ? [undefined] : files;
  const variants = await loadVariants((over) => loadConfig(first, withLayer(options, over)));
  const [one] = variants;
  if (others.length === 0 || one === undefined) return variants;
  const shared = sharedCampaign(one.loaded);
  const all = variants.map((variant) => prefixed(variant, first));
  for (const file of others) {
    const own = await loadVariants((over) =>
      loadConfig(file, withLayer(options, over === undefined ? shared : merge(over, shared))),
    );
    all.push(...own.map((variant) => prefixed(variant, file)));
  }
  requireDistinct(all);
  return all;
}

function withLayer(options: LoadOptions, over: Sourced | undefined): LoadOptions {
  return over === undefined ? options : { ...options, over };
}

function sharedCampaign({ source }: LoadedConfig): Sourced {
  const campaign = nodeAt(source, ["campaign"]);
  const options = isMap(campaign) ? [...campaign.value] : [];
  const shared = new Map(options.filter(([option]) => !OWN_OPTIONS.includes(option)));
  const { origin } = campaign ?? source;
  return { origin, value: new Map([["campaign", { origin, value: shared }]]) };
}

function prefixed(variant: LoadedVariant, file: string | undefined): LoadedVariant {
  const path = file ?? variant.loaded.label;
  const config = basename(path, extname(path));
  const name = variant.name === ONLY_VARIANT ? config : `${config}.${variant.name}`;
  return { ...variant, name };
}

function requireDistinct(variants: readonly LoadedVariant[]): void {
  const names = new Set<string>();
  for (const { name, loaded } of variants) {
    if (names.has(name)) {
      throw new ExtravirtError(
        "XV_ERR_CAMPAIGN_VARIANT",
        "Two configs of a comparison have the same name.",
        {
          place: loaded.label,
          value: name,
          remedy:
            "Name each config once, and rename one where files in two directories are called alike.",
        },
      );
    }
    names.add(name);
  }
}
