// Results of two definitions must not be mixed: says what differs between them.
import { ExtravirtError } from "../../core/index.ts";
import type { Definition } from "../../core/index.ts";

const LONGEST = 60;
const MOST_SHOWN = 5;

/** @throws XV_ERR_CAMPAIGN_CHANGED */
export function requireSame(what: string, kept: Definition, now: Definition, place: string): void {
  // What JSON leaves out is no difference.
  const differences = changedMembers(kept, JSON.parse(JSON.stringify(now)));
  if (differences.length === 0) return;
  const shown = differences.slice(0, MOST_SHOWN).join("; ");
  const more = differences.length - MOST_SHOWN;
  throw new ExtravirtError(
    "XV_ERR_CAMPAIGN_CHANGED",
    `The ${what} was begun with another definition: ${shown}${more > 0 ? `; and ${more} more` : ""}.`,
    {
      place,
      remedy:
        "Go back to the definition it was begun with, begin it anew (--fresh forgets its results), or name another directory or schema.",
    },
  );
}

/** @returns "config.seed: 1 before, 2 now", in the order of the paths */
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
