// Kernel modules for an initramfs: finds them by name, decompresses them (the guest's insmod cannot) and
// orders them so that each comes after what it depends on, by the modules' own `.modinfo` section.
import { glob, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { ExtravirtError } from "../../core/index.ts";
import type { CommandRunner } from "./run-command.ts";

export interface KernelModule {
  /** With underscores, as the kernel spells it. */
  readonly name: string;
  /** The uncompressed ELF file. */
  readonly data: Buffer;
}

interface ModuleIndex {
  readonly files: ReadonlyMap<string, string>;
  readonly builtIn: ReadonlySet<string>;
}

/**
 * `required` and `optional` modules with all they depend on, in loading order. Built-in ones are left out.
 * @throws XV_ERR_IMAGE_NO_MODULE, XV_ERR_IMAGE_NO_TOOL
 */
export async function collectModules(
  roots: readonly string[],
  wanted: { readonly required: readonly string[]; readonly optional: readonly string[] },
  run: CommandRunner,
): Promise<KernelModule[]> {
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
    const data = await decompress(file, run);
    const { depends, softPre } = readModinfo(data);
    for (const other of depends) await visit(other, true, name);
    for (const other of softPre) {
      // A soft dependency may name an algorithm; its plain implementation is called <algorithm>_generic.
      await visit(other, false, name);
      await visit(`${other}_generic`, false, name);
    }
    ordered.set(name, { name, data });
  };
  for (const name of wanted.required) await visit(name, true, "option modules");
  for (const name of wanted.optional) await visit(name, false, "");
  return [...ordered.values()];
}

/** What a module says of its dependencies: `depends=a,b` and `softdep=pre: a b post: c`. */
export function readModinfo(elf: Buffer): { depends: string[]; softPre: string[] } {
  const strings = modinfoSection(elf).toString("latin1").split("\0");
  const values = (key: string): string[] =>
    strings.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const softPre = values("softdep").flatMap((value) => {
    const pre = /pre:(.*?)(?:post:|$)/.exec(value)?.[1] ?? "";
    return pre.split(/\s+/).filter((name) => name !== "");
  });
  const depends = values("depends").flatMap((value) =>
    value.split(",").filter((name) => name !== ""),
  );
  return { depends, softPre };
}

/** Section `.modinfo` of an ELF64 little-endian file; empty when it has none. */
function modinfoSection(elf: Buffer): Buffer {
  if (elf.length < 64 || elf.readUInt32BE(0) !== 0x7f454c46) return Buffer.alloc(0);
  const table = Number(elf.readBigUInt64LE(0x28));
  const entryBytes = elf.readUInt16LE(0x3a);
  const at = (n: number): number => table + n * entryBytes;
  const offsetOf = (n: number): number => Number(elf.readBigUInt64LE(at(n) + 0x18));
  const names = offsetOf(elf.readUInt16LE(0x3e));
  for (let n = 0; n < elf.readUInt16LE(0x3c); n++) {
    const name = names + elf.readUInt32LE(at(n));
    if (elf.toString("latin1", name, name + 9) !== ".modinfo\0") continue;
    return elf.subarray(offsetOf(n), offsetOf(n) + Number(elf.readBigUInt64LE(at(n) + 0x20)));
  }
  return Buffer.alloc(0);
}

async function indexModules(roots: readonly string[]): Promise<ModuleIndex> {
  const files = new Map<string, string>();
  const builtIn = new Set<string>();
  for (const root of roots) {
    const found = await Array.fromAsync(
      glob("{usr/,}lib/modules/*/kernel/**/*.ko{,.xz,.gz,.zst}", { cwd: root }),
    );
    for (const path of found.toSorted()) files.set(moduleName(path), join(root, path));
    for await (const list of glob("{usr/,}lib/modules/*/modules.builtin", { cwd: root })) {
      const text = await readFile(join(root, list), "utf8");
      for (const line of text.split("\n")) if (line !== "") builtIn.add(moduleName(line));
    }
  }
  return { files, builtIn };
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
  return canonical(basename(path).replace(/\.ko(\.\w+)?$/, ""));
}

function canonical(name: string): string {
  return name.replaceAll("-", "_");
}
