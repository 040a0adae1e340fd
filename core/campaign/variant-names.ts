// Short names for the values of an option that a matrix combines: what tells them apart.

/**
 * @param path of the option
 * @returns a name for each value, of the characters that names of variants may have
 */
export function valueNames(path: readonly string[], values: readonly unknown[]): readonly string[] {
  const option = path.at(-1) ?? "";
  const uses = values.map(useOf);
  return values.map((value, index) => {
    const use = uses[index];
    if (use === undefined) return slug(`${option}-${textOf(value)}`);
    const isAlone = uses.filter((other) => other === use).length === 1;
    return isAlone ? slug(use) : slug([use, ...optionsText(value)].join("-"));
  });
}

function useOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isObject(value)) return undefined;
  return typeof value["use"] === "string" ? value["use"] : undefined;
}

function optionsText(value: unknown): readonly string[] {
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([option]) => option !== "use")
    .map(([option, setting]) => `${option}-${textOf(setting)}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  value === null ? "default" : isObject(value) ? optionsText(value).join("-") : String(value);

/** "everySteps-5000000" -> "every-steps-5000000" */
const slug = (text: string): string =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.+]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
