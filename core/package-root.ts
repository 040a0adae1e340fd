// Where this package lies, whether run from the sources or from its build.
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { pathToFileURL } from "node:url";

/** URL of the directory that holds package.json, with a final slash. */
export function packageRoot(): URL {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error("package.json of extravirt is missing");
  return new URL("./", pathToFileURL(file));
}

export function packageVersion(): string {
  const text = readFileSync(new URL("package.json", packageRoot()), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
