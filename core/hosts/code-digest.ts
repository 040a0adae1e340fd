// Digests of the code that replicas run: two hosts with different code would diverge, and it would look like faults.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire, findPackageJSON, isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packageRoot } from "../package-root.ts";

const FOLDERS = ["core", "plugins", "guest-archs"];
const CODE = /\.(?:ts|js)$/u;
/** Where a module names another one: in `from "x"`, `import "x"`, `import("x")`, `require("x")`. */
const MENTION = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"'\n]+)["']/gu;

/** SHA-256 over all code of ExtraVirt, and the version of Node that executes it. */
export function softwareDigest(): string {
  const hash = createHash("sha256").update(process.versions.node);
  const root = packageRoot();
  const isBuilt = import.meta.url.endsWith(".js");
  for (const folder of FOLDERS) {
    const base = new URL(`${isBuilt ? "dist/" : ""}${folder}/`, root);
    const files = readdirSync(base, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => CODE.test(name) && !name.endsWith(".d.ts"));
    for (const name of files.sort()) {
      hash.update(`\n${folder}/${name}\n`).update(readFileSync(new URL(name, base)));
    }
  }
  return hash.digest("hex");
}

/**
 * SHA-256 over a plugin's module and all that it imports by relative paths, wherever they lie, and over names and versions
 * of the packages that they import.
 */
export function pluginDigest(url: string): string {
  const hash = createHash("sha256");
  const seen = new Set<string>();
  const visit = (module: string): void => {
    if (seen.has(module)) return;
    seen.add(module);
    const bytes = readFileSync(new URL(module));
    hash.update(`module ${bytes.length}\n`).update(bytes);
    if (!CODE.test(new URL(module).pathname.replace(/\.[cm](?=[jt]s$)/u, "."))) return;
    for (const [, specifier = ""] of bytes.toString("utf8").matchAll(MENTION)) {
      if (/^\.{1,2}\//u.test(specifier)) {
        const target = resolved(specifier, module);
        hash.update(`\n${specifier}${target === undefined ? " is missing" : ""}\n`);
        if (target !== undefined) visit(target);
      } else if (!isBuiltin(specifier)) {
        hash.update(`\n${specifier} ${versionOf(specifier, module)}\n`);
      }
    }
  };
  visit(url);
  return hash.digest("hex");
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve(fileURLToPath(new URL(specifier, from)))).href;
  } catch {
    // What looks like an import may be text.
    return undefined;
  }
}

function versionOf(specifier: string, from: string): string {
  try {
    const file = findPackageJSON(specifier, from);
    const text = file === undefined ? "{}" : readFileSync(file, "utf8");
    return String((JSON.parse(text) as { version?: unknown }).version ?? "unknown");
  } catch {
    return "unknown";
  }
}
