// The JSON Schema of a whole config for editors: completion, descriptions and checks per slot, by the provider chosen.
// It asks for nothing to be present, since `extends` may bring it; completeness is checked when a config is loaded.
import { PROVIDER_KINDS } from "../api/provider.ts";
import type { Provider, ProviderKind } from "../api/provider.ts";
import type { Registry } from "../api/plugin.ts";
import { CONFIG_FILE_SCHEMA } from "./config-file-schema.ts";
import { SINGLE_SLOTS } from "./config-slots.ts";
import type { JsonSchema } from "./describe-schema.ts";
import { DEVICE_HOST_OPTIONS, FAULT_HOST_OPTIONS } from "./validate-config.ts";
import { slotSchema } from "./validate-slot.ts";
import type { HostOptions } from "./validate-slot.ts";

const HOST_OPTIONS: Partial<Record<ProviderKind, HostOptions>> = {
  device: DEVICE_HOST_OPTIONS,
  fault: FAULT_HOST_OPTIONS,
};

type MutableSchema = { [key: string]: unknown };

/** A self-contained draft-07 schema. The same registry always gives the same text. */
export function composeSchema(registry: Registry): JsonSchema {
  const root = structuredClone(CONFIG_FILE_SCHEMA) as MutableSchema;
  for (const { path, kind, description } of SINGLE_SLOTS) {
    setSlot(root, path.map(String), { ...slotReference(kind), description });
  }
  const machine = propertiesOf(root)["machine"]!;
  propertiesOf(machine)["devices"]!["items"] = slotReference("device");
  propertiesOf(root)["faults"]!["items"] = slotReference("fault");
  propertiesOf(root)["faultArrivals"]!["items"] = slotReference("fault-arrival");
  propertiesOf(root)["instrumentation"]!["items"] = slotReference("instrumentation");
  dropRequired(root);
  const definitions: MutableSchema = {};
  for (const kind of PROVIDER_KINDS) {
    const providers = registry.list(kind) as readonly Provider[];
    definitions[kind] = kindDefinition(kind, providers);
    for (const provider of providers) {
      definitions[`${kind}:${provider.name}`] = providerDefinition(provider);
    }
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "ExtraVirt config",
    ...root,
    definitions,
  };
}

/** The published form: two-space JSON with a final line feed. */
export function composeSchemaText(registry: Registry): string {
  return `${JSON.stringify(composeSchema(registry), undefined, 2)}\n`;
}

function slotReference(kind: ProviderKind): MutableSchema {
  return { allOf: [{ $ref: `#/definitions/${kind}` }] };
}

/** A slot: the bare name of a provider, or a map whose options depend on `use`. */
function kindDefinition(kind: ProviderKind, providers: readonly Provider[]): JsonSchema {
  const names = providers.map(({ name }) => name);
  const use = { description: `Provider of this slot (${kind}).`, type: "string" };
  if (names.length === 0) return { type: ["string", "object", "null"], properties: { use } };
  // A plugin outside this schema may bring others: known names are offered, not enforced.
  const known = providers.map(({ name, summary }) => ({ const: name, description: summary }));
  const choice = { ...use, anyOf: [...known, { not: { enum: names } }] };
  return {
    type: ["string", "object", "null"],
    properties: { use: choice },
    allOf: providers.map(({ name }) => ({
      if: { type: "object", properties: { use: { const: name } }, required: ["use"] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { $ref: `#/definitions/${kind}:${name}` },
    })),
  };
}

function providerDefinition(provider: Provider): JsonSchema {
  const host = HOST_OPTIONS[provider.kind];
  const schema = structuredClone(slotSchema(provider, host)) as MutableSchema;
  for (const [name, kind] of Object.entries({ ...provider.slots, ...host?.slots })) {
    const property = propertiesOf(schema)[name]!;
    propertiesOf(schema)[name] = { ...property, ...slotReference(kind) };
  }
  delete schema["required"];
  return {
    ...schema,
    description: provider.summary,
    properties: { use: { const: provider.name }, ...propertiesOf(schema) },
  };
}

function setSlot(root: MutableSchema, path: readonly string[], slot: MutableSchema): void {
  const parents = path.slice(0, -1);
  const parent = parents.reduce((schema, name) => propertiesOf(schema)[name]!, root);
  propertiesOf(parent)[path.at(-1)!] = slot;
}

function propertiesOf(schema: MutableSchema): Record<string, MutableSchema> {
  return schema["properties"] as Record<string, MutableSchema>;
}

function dropRequired(schema: MutableSchema): void {
  delete schema["required"];
  for (const property of Object.values(propertiesOf(schema))) {
    if (property["properties"] !== undefined) dropRequired(property);
  }
}
