// The strategies of a variant in words, from its config or from what is kept of that.
import type { Config } from "../api/config.ts";

export const STRATEGY_SLOTS: readonly (readonly [slot: keyof Config, title: string])[] = [
  ["replication", "replication"],
  ["checkpoint", "checkpoints"],
  ["voting", "voting"],
  ["recovery", "recovery"],
  ["memorySharing", "memory sharing"],
  ["boundary", "boundary"],
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** @returns in the order of the slots: "pair (epochSteps 500)" */
export function strategiesOf(config: unknown): readonly string[] {
  const slots = isObject(config) ? config : {};
  return STRATEGY_SLOTS.map(([slot]) => strategyText(slots[slot]));
}

function strategyText(slot: unknown): string {
  if (!isObject(slot)) return "";
  const { use, ...options } = slot;
  const texts = Object.entries(options).map(([name, value]) => `${name} ${valueText(value)}`);
  return `${String(use)}${texts.length > 0 ? ` (${texts.join(", ")})` : ""}`;
}

const valueText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
