// What differs between two definitions of a campaign, in words.

const LONGEST = 60;

/** @returns "config.seed: 1 before, 2 now", in the order of the paths */
export function changedMembers(before: unknown, now: unknown, path = ""): string[] {
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
