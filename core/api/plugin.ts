// A plugin: the unit of distribution. Built-in plugins and third-party ones have the same shape.
import type { Provider, ProviderKind } from "./provider.ts";
import type { ProviderOf } from "./provider-of.ts";
import type { Vmm } from "./vmm.ts";

/** Version of every interface in `core/api`. A plugin names the one it was written for. */
export const API_VERSION = 1;

/** Where a plugin puts its providers, and where the core looks them up. */
export interface Registry {
  /** @throws XV_ERR_PLUGIN_DUPLICATE_PROVIDER when kind and name are taken. */
  register(provider: Provider): void;
  /** @throws XV_ERR_CONFIG_UNKNOWN_PROVIDER naming what exists and the nearest name. */
  get<K extends ProviderKind>(kind: K, name: string): ProviderOf<K>;
  /** All providers of a kind in order of registration. */
  list<K extends ProviderKind>(kind: K): readonly ProviderOf<K>[];
}

export interface Plugin {
  readonly name: string;
  readonly apiVersion: number;
  /** Runs in the coordinator and again in every replica worker: register providers, nothing else. */
  provide?(registry: Registry): void;
  /** Runs in the coordinator only: tap hooks. */
  apply?(vmm: Vmm): void;
}
