// Results of two definitions must not be mixed: says what differs between them.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { CampaignRecord, Definition } from "../api/result-store.ts";

const LONGEST = 60;
const MOST_SHOWN = 5;

export interface SameOptions {
  /** For messages: "campaign qsort". */
  readonly what: string;
  readonly place: string;
  readonly remedy: string;
}

/** @throws XV_ERR_CAMPAIGN_CHANGED */
export function requireSame(
  kept: Definition,
  now: Definition,
  { what, place, remedy }: SameOptions,
): void {
  const differences = differencesOf(kept, now);
  if (differences.length === 0) return;
  throw new ExtravirtError(
    "XV_ERR_CAMPAIGN_CHANGED",
    `The ${what} was begun with another definition: ${differenceText(differences)}.`,
    { place, remedy },
  );
}

/** The first of them. */
export function differenceText(differences: readonly string[]): string {
  const shown = differences.slice(0, MOST_SHOWN).join("; ");
  const more = differences.length - MOST_SHOWN;
  return more > 0 ? `${shown}; and ${more} more` : shown;
}

/** What to do about a campaign that has another definition: what others began is not to be forgotten. */
export function remedyOfChange(
  kept: Pick<CampaignRecord, "origin">,
  now: Pick<CampaignRecord, "origin">,
): string {
  return kept.origin === now.origin
    ? "Go back to the definition it was begun with, begin it anew (--fresh forgets its results), or name another directory or schema."
    : `It was begun ${placeOfOrigin(kept)}, by somebody else perhaps: give this one a name of its own (campaign.name), or name another schema.`;
}

export const placeOfOrigin = ({ origin }: Pick<CampaignRecord, "origin">): string =>
  origin === undefined ? "elsewhere" : `in ${origin}`;

/** @returns "config.seed: 1 before, 2 now", in the order of the paths */
export function differencesOf(kept: Definition, now: Definition): readonly string[] {
  // What JSON leaves out is no difference.
  return changedMembers(kept, JSON.parse(JSON.stringify(now)));
}

function changedMembers(before: unknown, now: unknown, path = ""): string[] {
  if (isObject(before) && isObject(now)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return names.flatMap((name) =>
      changedMembers(before[name], now[name], path === "" ? name : `${path}.${name}`),
    );
  }
  const [left, right] = [textOf(before), textOf(now)];
  return left === right
    ? []
    : [`${path || "definition"}: ${short(left)} before, ${short(right)} now`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}
