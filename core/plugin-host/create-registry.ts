// The provider registry: one table per kind, names unique in their kind.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Registry } from "../api/plugin.ts";
import { PROVIDER_KINDS } from "../api/provider.ts";
import type { Provider, ProviderKind } from "../api/provider.ts";
import type { ProviderOf } from "../api/provider-of.ts";
import { didYouMean } from "../config/nearest-name.ts";

export function createRegistry(): Registry {
  const tables = new Map<ProviderKind, Map<string, Provider>>(
    PROVIDER_KINDS.map((kind) => [kind, new Map()]),
  );
  return {
    register(provider: Provider): void {
      const table = tables.get(provider.kind);
      if (table === undefined) throw unknownKind(provider);
      if (table.has(provider.name)) {
        throw new ExtravirtError(
          "XV_ERR_PLUGIN_DUPLICATE_PROVIDER",
          `A ${provider.kind} provider of this name is registered already.`,
          {
            value: provider.name,
            remedy: "Give the provider another name, or remove one of the plugins that bring it.",
          },
        );
      }
      table.set(provider.name, provider);
    },
    get<K extends ProviderKind>(kind: K, name: string): ProviderOf<K> {
      const provider = tables.get(kind)?.get(name);
      if (provider === undefined) {
        throw unknownProvider(kind, name, [...(tables.get(kind)?.keys() ?? [])], undefined);
      }
      return provider as ProviderOf<K>;
    },
    list<K extends ProviderKind>(kind: K): readonly ProviderOf<K>[] {
      return [...(tables.get(kind)?.values() ?? [])] as ProviderOf<K>[];
    },
  };
}

/** The error for a name nobody registered, with the nearest one and all there are. */
export function unknownProvider(
  kind: ProviderKind,
  name: string,
  known: readonly string[],
  place: string | undefined,
): ExtravirtError {
  const choice =
    known.length === 0
      ? `No plugin provides any ${kind}; add one to \`plugins\`.`
      : `Choose one of: ${known.join(", ")}; or add the plugin that brings it to \`plugins\`.`;
  return new ExtravirtError(
    "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
    `There is no ${kind} provider of this name.${didYouMean(name, known)}`,
    { ...(place === undefined ? {} : { place }), value: name, remedy: choice },
  );
}

function unknownKind(provider: Provider): ExtravirtError {
  const kind = String(provider.kind);
  return new ExtravirtError(
    "XV_ERR_PLUGIN_INVALID",
    `The provider "${provider.name}" has an unknown kind.${didYouMean(kind, PROVIDER_KINDS)}`,
    { value: kind, remedy: `Use one of: ${PROVIDER_KINDS.join(", ")}.` },
  );
}
