// The variants of a config that are compared: every combination of the values in `campaign.matrix`, then those listed in
// `campaign.variants`; the config itself where it has neither. Each is loaded and validated as a config of its own.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { merge } from "../config/merge-configs.ts";
import { isList, isMap, nodeAt, pathText, toPlain, valueText } from "../config/sourced-value.ts";
import type { Origin, Sourced } from "../config/sourced-value.ts";
import { valueNames } from "./variant-names.ts";

export interface LoadedVariant {
  /** Unique in a campaign. */
  readonly name: string;
  readonly loaded: LoadedConfig;
  /** What differs from the config, in words: option and value. */
  readonly differences: readonly string[];
}

/** Of a config without variants. */
export const ONLY_VARIANT = "base";

const MOST_VARIANTS = 256;
/** They belong to the campaign as a whole, or to the file. */
const NOT_OF_VARIANTS = ["campaign", "extends", "plugins", "$schema"];

interface VariantLayer {
  readonly name: string;
  readonly layer: Sourced;
}

/**
 * @param load loads the config, or one of its variants, which is given as what lies over it
 * @throws XV_ERR_CAMPAIGN_VARIANT, and what is wrong with a variant, its place naming it
 */
export async function loadVariants(
  load: (over?: Sourced) => Promise<LoadedConfig>,
): Promise<readonly LoadedVariant[]> {
  const base = await load();
  const layers = variantLayers(base);
  if (layers.length === 0) return [{ name: ONLY_VARIANT, loaded: base, differences: [] }];
  const variants: LoadedVariant[] = [];
  for (const { name, layer } of layers) {
    const loaded = await load(labelled(layer, name));
    variants.push({ name, loaded, differences: differencesIn(layer) });
  }
  return variants;
}

function variantLayers({ source, placeOf }: LoadedConfig): readonly VariantLayer[] {
  const place = placeOf(["campaign", "matrix"]);
  const layers = [...matrixLayers(source, place), ...listedLayers(source)];
  const names = new Set<string>();
  for (const { name, layer } of layers) {
    if (names.has(name)) {
      throw new ExtravirtError("XV_ERR_CAMPAIGN_VARIANT", "Two variants have the same name.", {
        place: layer.origin.label,
        value: name,
        remedy: "Give each value of the matrix once, and each of `campaign.variants` its own name.",
      });
    }
    names.add(name);
  }
  return layers;
}

function matrixLayers(source: Sourced, place: string): readonly VariantLayer[] {
  const matrix = nodeAt(source, ["campaign", "matrix"]);
  if (!isMap(matrix)) return [];
  const options = [...matrix.value].map(([option, values]) => ({
    path: pathOf(option, place),
    values: isList(values) ? values.value : [values],
  }));
  const count = options.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_VARIANTS) {
    throw new ExtravirtError("XV_ERR_CAMPAIGN_VARIANT", "These are too many combinations.", {
      place,
      value: `${count} combinations`,
      remedy: `Combine fewer values, or list the variants that matter in campaign.variants: at most ${MOST_VARIANTS}.`,
    });
  }
  let layers: readonly (VariantLayer & { readonly parts: readonly string[] })[] = [
    { name: "", parts: [], layer: { origin: matrix.origin, value: new Map() } },
  ];
  for (const { path, values } of options) {
    const names = valueNames(path, values.map(toPlain));
    layers = layers.flatMap(({ parts, layer }) =>
      values.map((value, index) => {
        const own = values.length > 1 || options.length === 1 ? [names[index] ?? ""] : [];
        return { name: "", parts: [...parts, ...own], layer: merge(layer, nested(path, value)) };
      }),
    );
  }
  return layers.map(({ parts, layer }) => ({ name: parts.join("+") || ONLY_VARIANT, layer }));
}

function listedLayers(source: Sourced): readonly VariantLayer[] {
  const list = nodeAt(source, ["campaign", "variants"]);
  if (!isList(list)) return [];
  return list.value.flatMap((item) => {
    if (!isMap(item)) return [];
    const options = new Map(item.value);
    const name = String(options.get("name")?.value);
    options.delete("name");
    const place = `${item.origin.label}: campaign.variants: ${name}`;
    for (const option of options.keys()) checkOption(option, place);
    return [{ name, layer: { origin: item.origin, value: options } }];
  });
}

/** "checkpoint.everySteps" -> the path to it. */
function pathOf(option: string, place: string): readonly string[] {
  const path = option.split(".");
  checkOption(path.includes("") ? option : path[0]!, place);
  return path;
}

function checkOption(option: string, place: string): void {
  if (option !== "" && !option.includes(".") && !NOT_OF_VARIANTS.includes(option)) return;
  throw new ExtravirtError("XV_ERR_CAMPAIGN_VARIANT", "This is no option that variants can set.", {
    place,
    value: option,
    remedy:
      "Name an option of the machine or a slot, such as memorySharing or checkpoint.everySteps; what `campaign` says holds for all variants.",
  });
}

const nested = (path: readonly string[], value: Sourced): Sourced =>
  path.reduceRight<Sourced>((inner, step) => {
    return { origin: value.origin, value: new Map([[step, inner]]) };
  }, value);

/** The same values, known to messages as those of the variant. */
function labelled(node: Sourced, name: string): Sourced {
  const origin: Origin = { ...node.origin, label: `${node.origin.label}: variant ${name}` };
  if (isMap(node)) {
    const entries = [...node.value].map(([key, item]) => [key, labelled(item, name)] as const);
    return { origin, value: new Map(entries) };
  }
  if (isList(node)) return { origin, value: node.value.map((item) => labelled(item, name)) };
  return { origin, value: node.value };
}

function differencesIn(layer: Sourced, path: readonly string[] = []): readonly string[] {
  if (isMap(layer) && !layer.value.has("use")) {
    return [...layer.value].flatMap(([key, item]) => differencesIn(item, [...path, key]));
  }
  return [`${pathText(path)}: ${valueText(toPlain(layer))}`];
}
