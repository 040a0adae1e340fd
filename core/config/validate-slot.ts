// Validates one slot with the schema of the provider it chose: defaults filled in, paths made absolute, nested slots
// validated in their turn.
import { resolve } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Registry } from "../api/plugin.ts";
import type { Provider, ProviderKind, SlotConfig } from "../api/provider.ts";
import { unknownProvider } from "../plugin-host/create-registry.ts";
import type { JsonSchema } from "./describe-schema.ts";
import { badValue, compileSchema, conflictProblem, schemaProblems } from "./schema-problems.ts";
import { isList, isMap, pathText, placeOf, toPlain } from "./sourced-value.ts";
import type { OptionPath, Sourced, SourcedMap } from "./sourced-value.ts";

/** What the whole validation shares: problems are collected, not thrown. */
export interface Validation {
  readonly registry: Registry;
  readonly root: Sourced;
  readonly problems: ExtravirtError[];
}

/** Options that the config itself adds to a provider's own (a device's `id`, a fault's `at`). */
export interface HostOptions {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  readonly slots: Readonly<Record<string, ProviderKind>>;
}

const NO_HOST_OPTIONS: HostOptions = { properties: {}, required: [], slots: {} };

/** @returns the filled slot, or undefined after adding at least one problem. */
export function validateSlot(
  validation: Validation,
  kind: ProviderKind,
  node: Sourced | undefined,
  path: OptionPath,
  host: HostOptions = NO_HOST_OPTIONS,
): SlotConfig | undefined {
  const { problems } = validation;
  const before = problems.length;
  const options = optionsOf(node);
  const provider = chosenProvider(validation, kind, node, options, path);
  if (provider === undefined) return undefined;
  const slots = { ...provider.slots, ...host.slots };
  const data = Object.fromEntries(
    [...options]
      .filter(([name]) => name !== "use")
      .map(([name, item]) => [
        name,
        provider.paths?.includes(name) === true ? absolutePaths(item) : toPlain(item),
      ]),
  );
  const validate = compileSlot(provider, host);
  if (!validate(data)) {
    problems.push(...schemaProblems(validate.errors ?? [], validation.root, path));
  } else {
    const conflict = provider.checkOptions?.(data);
    if (conflict !== undefined) {
      problems.push(conflictProblem(validation.root, path, conflict, data[conflict.option]));
    }
  }
  const filled: Record<string, unknown> = { use: provider.name, ...data };
  for (const [name, nestedKind] of Object.entries(slots)) {
    const nested = options.get(name) ?? defaultSlot(data[name], node);
    if (nested === undefined) continue;
    filled[name] = validateSlot(validation, nestedKind, nested, [...path, name]);
  }
  return problems.length === before ? (filled as SlotConfig) : undefined;
}

/** The JSON Schema of everything that may stand in a slot filled by this provider, `use` aside. */
export function slotSchema(provider: Provider, host: HostOptions = NO_HOST_OPTIONS): JsonSchema {
  const nested = Object.keys({ ...provider.slots, ...host.slots });
  const properties: Record<string, unknown> = { ...provider.schema.properties, ...host.properties };
  for (const name of nested) {
    const { description, default: preset } = (properties[name] ?? {}) as JsonSchema;
    properties[name] = {
      ...(description === undefined ? {} : { description }),
      ...(preset === undefined ? {} : { default: preset }),
    };
  }
  return {
    ...provider.schema,
    properties,
    required: [...(provider.schema.required ?? []), ...host.required],
  };
}

/** Each provider's schema is compiled once; its host options depend on its kind alone. */
const compiled = new WeakMap<Provider, ReturnType<typeof compileSchema>>();

function compileSlot(provider: Provider, host: HostOptions): ReturnType<typeof compileSchema> {
  const known = compiled.get(provider);
  if (known !== undefined) return known;
  try {
    const validate = compileSchema(slotSchema(provider, host));
    compiled.set(provider, validate);
    return validate;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ExtravirtError(
      "XV_ERR_PLUGIN_SCHEMA",
      `The options schema of this ${provider.kind} provider is no valid JSON Schema: ${message}.`,
      {
        place: `provider ${provider.name}`,
        value: provider.name,
        remedy: "Correct the plugin that brings it, or report it to its author.",
        cause,
      },
    );
  }
}

function optionsOf(node: Sourced | undefined): SourcedMap {
  if (isMap(node)) return node.value;
  return typeof node?.value === "string" ? new Map([["use", node]]) : new Map();
}

function chosenProvider(
  { registry, root, problems }: Validation,
  kind: ProviderKind,
  node: Sourced | undefined,
  options: SourcedMap,
  path: OptionPath,
): Provider | undefined {
  const known = registry.list(kind) as readonly Provider[];
  const names = known.map(({ name }) => name);
  const example = `\`use: ${names[0] ?? "<name>"}\` (one of: ${names.join(", ") || "none registered"})`;
  const use = options.get("use")?.value;
  if (node !== undefined && !isMap(node) && typeof node.value !== "string") {
    problems.push(badValue(root, path, toPlain(node), `a map that names its provider, ${example}`));
  } else if (typeof use !== "string") {
    problems.push(
      new ExtravirtError(
        "XV_ERR_CONFIG_MISSING_OPTION",
        `${pathText(path)} does not say which ${kind} provider to use.`,
        {
          place: placeOf(root, path),
          value: use === undefined ? "nothing" : String(use),
          remedy: `Add ${example}.`,
        },
      ),
    );
  } else {
    const provider = known.find(({ name }) => name === use);
    if (provider === undefined) {
      problems.push(unknownProvider(kind, use, names, placeOf(root, [...path, "use"])));
    }
    return provider;
  }
  return undefined;
}

/** A slot that the provider's schema gives as a default. */
function defaultSlot(value: unknown, node: Sourced | undefined): Sourced | undefined {
  if (typeof value !== "object" || value === null || node === undefined) return undefined;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, { origin: node.origin, value: item as Sourced["value"] }] as const,
  );
  return { origin: node.origin, value: new Map(entries) };
}

/** Paths belong to the file that names them, each item of a list or map to its own. */
function absolutePaths(node: Sourced): unknown {
  if (isList(node)) return node.value.map(absolutePaths);
  if (isMap(node)) {
    return Object.fromEntries([...node.value].map(([key, item]) => [key, absolutePaths(item)]));
  }
  return typeof node.value === "string" && node.value !== ""
    ? resolve(node.origin.directory, node.value)
    : node.value;
}
