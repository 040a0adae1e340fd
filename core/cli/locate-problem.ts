// Providers complain about a value without knowing who wrote it; the command line adds the file and the option.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { OptionPath } from "../config/sourced-value.ts";

/** @returns the error with "file: option" as its place: of the options that hold its value, else of the config. */
export function locateProblem(
  error: unknown,
  { config, label, placeOf }: Pick<LoadedConfig, "config" | "label" | "placeOf">,
): unknown {
  if (!(error instanceof ExtravirtError)) return error;
  const { code, message, value, remedy, cause } = error;
  const paths = value === undefined ? [] : pathsOfComplaint(config, value, error.place);
  const place =
    paths.length === 0
      ? [label, error.place].filter(Boolean).join(": ")
      : [...new Set(paths.map((path) => placeOf(path)))].join(", ");
  const found = value === undefined ? {} : { value };
  return new ExtravirtError(code, message, { place, ...found, remedy, cause });
}

/** The only option that holds exactly this value; of several, those whose name is the place complained about. */
function pathsOfComplaint(
  config: unknown,
  value: string,
  place: string | undefined,
): readonly OptionPath[] {
  const paths = pathsOfValue(config, value, []);
  return paths.length === 1 ? paths : paths.filter((path) => path.at(-1) === place);
}

function pathsOfValue(node: unknown, value: string, path: OptionPath): readonly OptionPath[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => pathsOfValue(item, value, [...path, index]));
  }
  if (typeof node === "object" && node !== null) {
    return Object.entries(node).flatMap(([key, item]) => pathsOfValue(item, value, [...path, key]));
  }
  return (typeof node === "string" || typeof node === "number") && String(node) === value
    ? [path]
    : [];
}
