// Puts an initramfs together: busybox, kernel modules, the init script and the user's own files.
import { readFile, stat } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { ExtravirtError } from "../../core/index.ts";
import { writeCpio } from "./cpio-newc.ts";
import type { CpioEntry } from "./cpio-newc.ts";
import { BOOT_MODULES_FILE, RUN_FILE } from "./init-script.ts";
import type { ModuleSet } from "./kernel-modules.ts";
import { filesystems, modulesAlias, modulesDep } from "./module-tables.ts";

export interface InitramfsContents {
  /** A static busybox for the guest. */
  readonly busybox: Uint8Array;
  readonly modules: ModuleSet;
  /** Text of /init. */
  readonly init: string;
  /** Shell command to run instead of a shell; xv.run on the kernel command line wins. */
  readonly run?: string | undefined;
  readonly files: readonly GuestFile[];
  readonly gzip: boolean;
}

export interface GuestFile {
  /** Absolute path in the guest. */
  readonly guestPath: string;
  readonly data: Uint8Array;
  readonly isExecutable: boolean;
}

const FOLDERS = ["dev", "proc", "sys", "tmp", "mnt", "root", "run", "sbin", "usr/bin", "usr/sbin"];

/** Bytes of the archive; equal contents give equal bytes. */
export function buildInitramfs(contents: InitramfsContents): Buffer {
  const entries: CpioEntry[] = [
    ...FOLDERS.map((path) => ({ kind: "directory", path }) as const),
    { kind: "character-device", path: "dev/console", major: 5, minor: 1 },
    { kind: "file", path: "bin/busybox", mode: 0o755, data: contents.busybox },
    { kind: "symlink", path: "bin/sh", target: "busybox" },
    // What the kernel runs when it misses a module (CONFIG_MODPROBE_PATH).
    { kind: "symlink", path: "sbin/modprobe", target: "../bin/busybox" },
    { kind: "file", path: "init", mode: 0o755, data: Buffer.from(contents.init) },
    ...moduleEntries(contents.modules),
  ];
  if (contents.run !== undefined) {
    entries.push({ kind: "file", path: RUN_FILE, data: Buffer.from(contents.run) });
  }
  for (const { guestPath, data, isExecutable } of contents.files) {
    entries.push({ kind: "file", path: guestPath, mode: isExecutable ? 0o755 : 0o644, data });
  }
  const archive = writeCpio(entries);
  return contents.gzip ? gzipSync(archive) : archive;
}

function moduleEntries({ release, modules, atBoot }: ModuleSet): CpioEntry[] {
  if (release === undefined) return [];
  const folder = `lib/modules/${release}`;
  const file = (path: string, data: Uint8Array | string): CpioEntry => ({
    kind: "file",
    path,
    data: Buffer.from(data),
  });
  return [
    file(BOOT_MODULES_FILE, atBoot.map((name) => `${name}\n`).join("")),
    file("etc/filesystems", filesystems(modules)),
    file(`${folder}/modules.dep`, modulesDep(modules)),
    file(`${folder}/modules.alias`, modulesAlias(modules)),
    ...modules.map(({ path, data }) => file(`${folder}/${path}`, data)),
  ];
}

/** Reads `files` (host path -> guest path) in order of guest path. @throws XV_ERR_IMAGE_FILE */
export async function readGuestFiles(
  files: Readonly<Record<string, string>>,
): Promise<GuestFile[]> {
  const read = Object.entries(files).map(async ([hostPath, guestPath]) => {
    if (
      !guestPath.startsWith("/") ||
      guestPath.endsWith("/") ||
      guestPath.split("/").includes("..")
    ) {
      throw fileError("The guest path of a file must be absolute and name the file.", guestPath);
    }
    try {
      const { mode } = await stat(hostPath);
      return { guestPath, data: await readFile(hostPath), isExecutable: (mode & 0o111) !== 0 };
    } catch (cause) {
      throw fileError("A file for the initramfs can't be read.", hostPath, cause);
    }
  });
  return (await Promise.all(read)).toSorted((a, b) => (a.guestPath < b.guestPath ? -1 : 1));
}

function fileError(message: string, value: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_IMAGE_FILE", message, {
    place: "option files",
    value,
    remedy: 'Write `files` as { "<readable host file>": "</path/in/the/guest>" }.',
    cause,
  });
}
