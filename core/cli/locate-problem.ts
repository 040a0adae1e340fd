// Providers complain about a value without knowing who wrote it; the command line adds the file and the option.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { OptionPath } from "../config/sourced-value.ts";

/** @returns the error with "file: option" as its place: of the option that holds its value, else of the config. */
export function locateProblem(
  error: unknown,
  { config, label, placeOf }: Pick<LoadedConfig, "config" | "label" | "placeOf">,
): unknown {
  if (!(error instanceof ExtravirtError)) return error;
  const { code, message, value, remedy, cause } = error;
  const path = value === undefined ? undefined : pathOfValue(config, value, []);
  const place =
    path === undefined ? [label, error.place].filter(Boolean).join(": ") : placeOf(path);
  const found = value === undefined ? {} : { value };
  return new ExtravirtError(code, message, { place, ...found, remedy, cause });
}

/** The only option that holds exactly this value; undefined when there is none or there are several. */
function pathOfValue(node: unknown, value: string, path: OptionPath): OptionPath | undefined {
  const paths = pathsOfValue(node, value, path);
  return paths.length === 1 ? paths[0] : undefined;
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
