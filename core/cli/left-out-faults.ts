// What campaigns leave out of their configs: each experiment has the one fault that the campaign drew.
import type { LoadedConfig } from "../config/load-config.ts";

/** @returns undefined where the configs have no faults of their own */
export function leftOutText(configs: readonly LoadedConfig[]): string | undefined {
  const lists = (["faults", "faultArrivals"] as const).filter((list) =>
    configs.some(({ config }) => (config[list] ?? []).length > 0),
  );
  if (lists.length === 0) return undefined;
  const named = lists.map((list) => `\`${list}\``).join(" and ");
  return `${named} of the config are left out: a campaign injects the faults that it draws`;
}
