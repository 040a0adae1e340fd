// From what a config writes under `plugins` to the URL of a module: relative paths and package names, both seen from
// the file that names them; "foo" is short for the package "extravirt-plugin-foo".
import { createRequire } from "node:module";
import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ExtravirtError } from "../api/extravirt-error.ts";

const PREFIX = "extravirt-plugin-";

/** Conditions under which `exports` of a package are read, those of an `import`. */
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/**
 * What a specifier may stand for, in the order tried.
 * "./x.ts" and file URLs stand for themselves; "foo" for extravirt-plugin-foo, then foo;
 * "@scope/foo" for @scope/extravirt-plugin-foo, then @scope/foo; "@scope" for @scope/extravirt-plugin.
 */
export function pluginCandidates(specifier: string): readonly string[] {
  if (isPath(specifier)) return [specifier];
  const [first, ...rest] = specifier.split("/");
  if (first?.startsWith("@")) {
    if (rest.length === 0) return [`${first}/extravirt-plugin`];
    return rest[0]?.startsWith(PREFIX)
      ? [specifier]
      : [`${first}/${PREFIX}${rest.join("/")}`, specifier];
  }
  return first?.startsWith(PREFIX) ? [specifier] : [`${PREFIX}${specifier}`, specifier];
}

/**
 * @param fromFile absolute path of the file that names the plugin (need not exist: its directory counts).
 * @param place for messages, "configs/a.yaml: plugins[0]".
 * @returns a file URL.
 * @throws XV_ERR_PLUGIN_NOT_FOUND with every candidate tried and what to type next.
 */
export function resolvePlugin(specifier: string, fromFile: string, place: string): string {
  const tried: string[] = [];
  const require = createRequire(pathToFileURL(fromFile));
  for (const candidate of pluginCandidates(specifier)) {
    const path = candidate.startsWith("file:") ? fileURLToPath(candidate) : candidate;
    try {
      // `conditions` is newer than the type declarations of `resolve`.
      const options = { conditions: CONDITIONS } as unknown as NodeJS.RequireResolveOptions;
      return pathToFileURL(require.resolve(path, options)).href;
    } catch (cause) {
      const code = (cause as { code?: string }).code ?? "";
      tried.push(`${candidate} (${REASONS[code] ?? code})`);
    }
  }
  throw new ExtravirtError(
    "XV_ERR_PLUGIN_NOT_FOUND",
    `The plugin was not found. Tried: ${tried.join(", ")}.`,
    {
      place,
      value: specifier,
      remedy: isPath(specifier)
        ? "Check the path; it is relative to the file that names it."
        : `Install it where the config is: npm install ${pluginCandidates(specifier)[0]!}; ` +
          `or write a path, such as ./${specifier}.ts`,
    },
  );
}

const REASONS: Readonly<Record<string, string>> = {
  MODULE_NOT_FOUND: "not there",
  ERR_PACKAGE_PATH_NOT_EXPORTED: "the package exports nothing to import",
};

function isPath(specifier: string): boolean {
  return /^(\.{1,2}\/|file:)/.test(specifier) || isAbsolute(specifier);
}
