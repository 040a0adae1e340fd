// Creates a strategy from its slot: a tap of `hooks.create` answers first, then the provider named there.
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { Strategies, Vmm } from "../api/vmm.ts";
import { optionsOf } from "../machine/machine-plan.ts";

export function createStrategy<K extends keyof Strategies>(
  kind: K,
  slot: SlotConfig,
  vmm: Pick<Vmm, "hooks">,
  registry: Registry,
): Strategies[K] {
  const answer = vmm.hooks.create.for(kind).call(slot) as Strategies[K] | undefined;
  if (answer !== undefined) return answer;
  const provider = registry.get(kind, slot.use) as unknown as {
    create(options: Readonly<Record<string, unknown>>): Strategies[K];
  };
  return provider.create(optionsOf(slot));
}
