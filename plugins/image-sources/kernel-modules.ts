// Kernel modules for an initramfs: finds them by name, with what they depend on, and decompresses them (the
// guest's modprobe need not know how, and the guest spends no instructions on it).
import { glob, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { ExtravirtError } from "../../core/index.ts";
import { readModinfo } from "./modinfo.ts";
import type { CommandRunner } from "./run-command.ts";

const MODULE_PATH = /lib\/modules\/([^/]+)\/(.+)$/;
const COMPRESSION = /\.(xz|gz|zst)$/;

export interface KernelModule {
  /** With underscores, as the kernel spells it. */
  readonly name: string;
  /** Where it stands under /lib/modules/<kernel release>, such as kernel/fs/ext4/ext4.ko. */
  readonly path: string;
  /** The uncompressed ELF file. */
  readonly data: Buffer;
  /** Names of the modules that it needs to be loaded; built-in ones are left out. */
  readonly depends: readonly string[];
  readonly aliases: readonly string[];
}

/** The modules of a guest. */
export interface ModuleSet {
  /** The kernel's release, as `uname -r` says it; undefined when the kernel has no modules at all. */
  readonly release: string | undefined;
  /** In loading order: each after what it depends on. */
  readonly modules: readonly KernelModule[];
  /** Names of those to load at boot whether something asks for them or not. */
  readonly atBoot: readonly string[];
}

interface ModuleIndex {
  readonly release: string | undefined;
  /** By name. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly hostPath: string }>;
  readonly builtIn: ReadonlySet<string>;
}

/**
 * Modules to load at boot, and modules to have for when they are asked for, with all they depend on. Built-in
 * ones are left out, as are those to have that the kernel lacks.
 * @throws XV_ERR_IMAGE_NO_MODULE, XV_ERR_IMAGE_NO_TOOL
 */
export async function collectModules(
  roots: readonly string[],
  wanted: { readonly atBoot: readonly string[]; readonly onDemand: readonly string[] },
  run: CommandRunner,
): Promise<ModuleSet> {
  const index = await indexModules(roots);
  const ordered = new Map<string, KernelModule>();
  const visiting = new Set<string>();
  const visit = async (raw: string, isRequired: boolean, neededBy: string): Promise<void> => {
    const name = canonical(raw);
    if (ordered.has(name) || visiting.has(name) || index.builtIn.has(name)) return;
    const file = index.files.get(name);
    if (file === undefined) {
      if (isRequired) throw noSuchModule(raw, neededBy, index);
      return;
    }
    visiting.add(name);
    const data = await decompress(file.hostPath, run);
    const { depends, softPre, aliases } = readModinfo(data);
    for (const other of depends) await visit(other, true, name);
    for (const other of softPre.flatMap(providers)) await visit(other, false, name);
    const loadable = depends.map(canonical).filter((other) => !index.builtIn.has(other));
    ordered.set(name, { name, path: file.path, data, depends: loadable, aliases });
  };
  for (const name of wanted.atBoot) await visit(name, true, "option modules");
  for (const name of wanted.onDemand) await visit(name, false, "");
  return {
    release: index.release,
    modules: [...ordered.values()],
    atBoot: wanted.atBoot.map(canonical).filter((name) => ordered.has(name)),
  };
}

/**
 * Modules that may be what a soft dependency names. An algorithm, `crc32c` or `crypto-crc32c`, is in a module with
 * a suffix, and the kernel asks for it by an alias once it is used.
 */
function providers(softDependency: string): string[] {
  const algorithm = softDependency.replace(/^crypto-/, "");
  return [softDependency, algorithm, `${algorithm}_generic`, `${algorithm}_cryptoapi`];
}

async function indexModules(roots: readonly string[]): Promise<ModuleIndex> {
  let release: string | undefined;
  const files = new Map<string, { path: string; hostPath: string }>();
  const builtIn = new Set<string>();
  for (const root of roots) {
    const found = await Array.fromAsync(
      glob("{usr/,}lib/modules/*/kernel/**/*.ko{,.xz,.gz,.zst}", { cwd: root }),
    );
    for (const hostPath of found.toSorted()) {
      const [, folder = "", inFolder = ""] = MODULE_PATH.exec(hostPath) ?? [];
      release ??= folder;
      const path = inFolder.replace(COMPRESSION, "");
      files.set(moduleName(path), { path, hostPath: join(root, hostPath) });
    }
    for await (const list of glob("{usr/,}lib/modules/*/modules.builtin", { cwd: root })) {
      const text = await readFile(join(root, list), "utf8");
      for (const line of text.split("\n")) if (line !== "") builtIn.add(moduleName(line));
    }
  }
  return { release, files, builtIn };
}

async function decompress(file: string, run: CommandRunner): Promise<Buffer> {
  const data = await readFile(file);
  if (file.endsWith(".gz")) return gunzipSync(data);
  if (file.endsWith(".zst")) return zstdDecompressSync(data);
  if (!file.endsWith(".xz")) return data;
  const result = await run("xz", ["-dc"], { input: data });
  if (result.status === 0) return result.stdout;
  throw new ExtravirtError("XV_ERR_IMAGE_NO_TOOL", "xz could not decompress a kernel module.", {
    place: file,
    value: result.stderr.trim(),
    remedy: "Install the package xz-utils, then run this again.",
  });
}

function noSuchModule(name: string, neededBy: string, index: ModuleIndex): ExtravirtError {
  const stem = canonical(name).split("_")[0] ?? "";
  const near = [...index.files.keys()].filter((other) => other.startsWith(stem)).slice(0, 8);
  return new ExtravirtError("XV_ERR_IMAGE_NO_MODULE", `This kernel has no module "${name}".`, {
    place: neededBy,
    value: name,
    remedy:
      near.length === 0
        ? "Take it out of the option `modules`."
        : `Take it out of the option \`modules\`, or name one of: ${near.join(", ")}.`,
  });
}

function moduleName(path: string): string {
  return canonical(basename(path, ".ko"));
}

function canonical(name: string): string {
  return name.replaceAll("-", "_");
}
