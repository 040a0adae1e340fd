// Reads one config file (JSON, YAML, TypeScript, JavaScript) through cosmiconfig, and finds it when none is named.
import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { cosmiconfig } from "cosmiconfig";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { sourced } from "./sourced-value.ts";
import type { Sourced } from "./sourced-value.ts";

/** Names looked for when no config is given, in this order, from the current directory up to the package's root. */
const SEARCH_PLACES: readonly string[] = [
  "extravirt.yaml",
  "extravirt.yml",
  "extravirt.json",
  "extravirt.config.ts",
  "extravirt.config.js",
];

const EXTENSIONS = [".yaml", ".yml", ".json", ".ts", ".mts", ".js", ".mjs"];

/** @throws XV_ERR_CONFIG_NOT_FOUND listing the names tried. */
export async function findConfigFile(cwd: string): Promise<string> {
  const explorer = cosmiconfig("extravirt", {
    searchPlaces: [...SEARCH_PLACES],
    searchStrategy: "project",
    // Only the place is wanted here; reading, with its messages, is `readConfigFile`.
    loaders: Object.fromEntries(EXTENSIONS.map((extension) => [extension, () => ({})])),
    ignoreEmptySearchPlaces: false,
  });
  const found = await explorer.search(cwd);
  if (found !== null) return found.filepath;
  throw new ExtravirtError("XV_ERR_CONFIG_NOT_FOUND", "No config was named and none was found.", {
    place: cwd,
    value: SEARCH_PLACES.join(", "),
    remedy: "Name one, for example: extravirt run configs/quick-start.yaml",
  });
}

/**
 * @param file absolute path.
 * @param namedBy place of the `extends` that names it, undefined for the file the user gave.
 * @throws XV_ERR_CONFIG_NOT_FOUND, XV_ERR_CONFIG_UNREADABLE.
 */
export async function readConfigFile(
  file: string,
  cwd: string,
  namedBy?: string,
): Promise<Sourced> {
  const label = fileLabel(file, cwd);
  await requireFile(file, label, namedBy);
  const origin = { label, directory: dirname(file) };
  let content: unknown;
  try {
    const result = await cosmiconfig("extravirt", { searchPlaces: [] }).load(file);
    content = result?.config;
  } catch (cause) {
    throw new ExtravirtError(
      "XV_ERR_CONFIG_UNREADABLE",
      `The file can't be read: ${reason(cause)}`,
      {
        place: label,
        value: file,
        remedy: `Correct the file; it must be valid ${syntaxOf(file)}.`,
        cause,
      },
    );
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new ExtravirtError("XV_ERR_CONFIG_UNREADABLE", "A config is a map of options.", {
      place: label,
      value: content === undefined ? "nothing" : JSON.stringify(content),
      remedy:
        syntaxOf(file) === "TypeScript or JavaScript"
          ? "Export the config as the module's default export."
          : "Write options such as `machine:` at the top level.",
    });
  }
  return sourced(content, origin);
}

/** The path as the user would type it: relative to the current directory where that is shorter. */
export function fileLabel(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return short !== "" && short.length < file.length ? short : resolve(file);
}

async function requireFile(
  file: string,
  label: string,
  namedBy: string | undefined,
): Promise<void> {
  const place = namedBy ?? label;
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined) {
    throw new ExtravirtError("XV_ERR_CONFIG_NOT_FOUND", "There is no such config file.", {
      place,
      value: file,
      remedy:
        "Check the path; it is relative to " +
        (namedBy === undefined ? "the current directory." : "the file that names it."),
    });
  }
  if (stats.isDirectory() || !EXTENSIONS.some((extension) => file.endsWith(extension))) {
    throw new ExtravirtError("XV_ERR_CONFIG_UNREADABLE", "This is not a config file.", {
      place,
      value: file,
      remedy: `Name a file that ends in ${EXTENSIONS.join(", ")}.`,
    });
  }
}

function syntaxOf(file: string): string {
  if (file.endsWith(".json")) return "JSON";
  return /\.ya?ml$/.test(file) ? "YAML" : "TypeScript or JavaScript";
}

function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  // The loaders put "JSON Error in <file>:" above the message proper.
  return text
    .replace(/^(JSON|YAML) Error in .*:\n/, "")
    .trimEnd()
    .replace(/[.]?$/, ".");
}
