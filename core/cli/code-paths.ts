// Which source files the coordinator and replicas load, found by following imports from where each begins.
import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";

/** Code of one folder. */
export interface CodePath {
  readonly folder: string;
  readonly runsIn: "coordinator" | "replicas" | "both";
  readonly files: number;
  readonly bytes: number;
}

/** Static imports and exports with a relative specifier, but for types, which do not exist when the code runs. */
const IMPORT = /^(?:import|export)(?! type\b)[^;]*?from\s*"(\.{1,2}\/[^"]+)";/gm;

const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const fileAt = (path: string): string =>
  fileURLToPath(new URL(`../${path}${EXTENSION}`, import.meta.url));

/** Folders in order of name. Plugins are loaded on both sides and are not listed: their providers say where they run. */
export function codePaths(): readonly CodePath[] {
  const coordinator = reachableFrom(fileAt("coordinator/run-machine"));
  const replicas = reachableFrom(fileAt("replica/serve-replica"));
  const root = fileURLToPath(packageRoot());
  const paths = new Map<string, { files: number; bytes: number }>();
  for (const file of new Set([...coordinator, ...replicas])) {
    const [inOne, inOther] = [coordinator.has(file), replicas.has(file)];
    const runsIn = inOne && inOther ? "both" : inOne ? "coordinator" : "replicas";
    const key = `${relative(root, dirname(file)).replaceAll("\\", "/")} ${runsIn}`;
    const path = paths.get(key) ?? { files: 0, bytes: 0 };
    path.files++;
    path.bytes += statSync(file).size;
    paths.set(key, path);
  }
  return [...paths]
    .map(([key, sizes]): CodePath => {
      const [folder = "", runsIn = ""] = key.split(" ");
      return { folder, runsIn: runsIn as CodePath["runsIn"], ...sizes };
    })
    .sort((a, b) => (a.folder + a.runsIn < b.folder + b.runsIn ? -1 : 1));
}

function reachableFrom(entry: string): ReadonlySet<string> {
  const found = new Set([entry]);
  // A set goes on to what is added while it is gone through.
  for (const file of found) {
    for (const [, specifier = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      found.add(resolve(dirname(file), specifier));
    }
  }
  return found;
}
