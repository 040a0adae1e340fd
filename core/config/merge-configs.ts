// How layers of a config combine: defaults, then what `extends` names, then the file itself, then the command line.
// Maps merge, a slot whose `use` differs is replaced whole, lists and scalars are replaced, null goes back to the default.
import { isList, isMap } from "./sourced-value.ts";
import type { Sourced, SourcedMap } from "./sourced-value.ts";

/** Combines a layer with the one that lies over it. */
export function merge(base: Sourced | undefined, over: Sourced): Sourced {
  if (base === undefined) return withoutNulls(over);
  if (typeof over.value === "string" && isMap(base) && useOf(base) === over.value) {
    return { origin: over.origin, value: new Map(base.value).set("use", over) };
  }
  if (!isMap(over)) return over;
  const below = asMap(base);
  if (below === undefined) return withoutNulls(over);
  const baseUse = below.get("use")?.value;
  const overUse = useOf(over);
  if (baseUse !== undefined && overUse !== undefined && baseUse !== overUse) {
    return withoutNulls(over);
  }
  const merged = new Map(below);
  for (const [key, item] of over.value) {
    if (item.value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), item));
  }
  return { origin: over.origin, value: merged };
}

/** As `merge`, for whole configs: `plugins` add up, since a layer's slots need the plugins that the layer names. */
export function mergeConfigs(base: Sourced, over: Sourced): Sourced {
  const merged = merge(base, over);
  if (!isMap(merged) || !isMap(base) || !isMap(over)) return merged;
  const below = base.value.get("plugins");
  const above = over.value.get("plugins");
  if (!isList(below) || !isList(above)) return merged;
  const plugins: Sourced = { origin: above.origin, value: [...below.value, ...above.value] };
  return { origin: merged.origin, value: new Map(merged.value).set("plugins", plugins) };
}

/** A slot may be written as the bare name of its provider. */
function asMap(node: Sourced): SourcedMap | undefined {
  if (isMap(node)) return node.value;
  return typeof node.value === "string" ? new Map([["use", node]]) : undefined;
}

function useOf(node: Sourced & { readonly value: SourcedMap }): unknown {
  return node.value.get("use")?.value;
}

function withoutNulls(node: Sourced): Sourced {
  if (!isMap(node)) return node;
  const kept = [...node.value].filter(([, item]) => item.value !== null);
  return {
    origin: node.origin,
    value: new Map(kept.map(([key, item]) => [key, withoutNulls(item)])),
  };
}
