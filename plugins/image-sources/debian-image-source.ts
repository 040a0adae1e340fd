// Image source "debian": the unmodified riscv64 kernel, OpenSBI firmware and a busybox initramfs, from the
// Debian archive through apt, without root. Once fetched, package versions stay pinned until `refresh`.
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExtravirtError } from "../../core/index.ts";
import type { ImageSet, ImageSource } from "../../core/index.ts";
import { writeAptTree } from "./apt-tree.ts";
import { DebianPackages } from "./debian-packages.ts";
import { chooseArchive, readAcquireSettings } from "./host-apt.ts";
import {
  cacheFolder,
  digest,
  makeCacheFolder,
  readImages,
  storeImages,
  withCacheLock,
} from "./image-cache.ts";
import { INIT_SCRIPT } from "./init-script.ts";
import { buildInitramfs, readGuestFiles } from "./initramfs.ts";
import { readKernel } from "./kernel-image.ts";
import { collectModules } from "./kernel-modules.ts";
import { runOnHost } from "./run-command.ts";
import type { CommandRunner } from "./run-command.ts";

export interface DebianImageOptions {
  readonly suite: string;
  readonly alternativeSuites: readonly string[];
  readonly mirror?: string;
  readonly keyring?: string;
  readonly modules: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly init?: string;
  readonly run?: string;
  readonly gzip: boolean;
  readonly refresh: boolean;
}

/** What the source needs from the machine; tests put their own here. */
export interface DebianImageHost {
  readonly run: CommandRunner;
  readonly cache: string;
  /** The machine's apt folder, `/etc/apt`. */
  readonly aptFolder: string;
}

type Log = (message: string) => void;

/** Packages in use: unpacked under `packages/<name>_<version>` of the archive's folder. */
interface Pin {
  readonly kernel: readonly string[];
  readonly busybox: string;
  readonly opensbi: string;
}

/** Raise it when equal options and packages give other bytes than before. */
const BUILDER_VERSION = "3";
/** For when a device or a mount asks for them; a kernel may have some of them built in or not at all. */
const ON_DEMAND_MODULES = ["virtio_mmio", "virtio_blk", "virtio_net", "virtio_rng", "ext4"];
const FIRMWARE = "usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin";

export const debianImageSource: ImageSource = {
  kind: "image-source",
  name: "debian",
  summary: "Debian's riscv64 kernel, OpenSBI and a busybox initramfs, through apt without root",
  paths: ["keyring", "init"],
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      suite: {
        type: "string",
        default: "trixie",
        pattern: "^[a-z][a-z0-9-]*$",
        description: "Debian suite",
      },
      alternativeSuites: {
        type: "array",
        items: { type: "string", pattern: "^[a-z][a-z0-9-]*$" },
        default: [],
        description: "Suites to use, in this order, when the mirror can't deliver the first",
      },
      mirror: {
        type: "string",
        pattern: "^\\S+$",
        description: "Archive address; default: this machine's",
      },
      keyring: {
        type: "string",
        pattern: "^\\S+$",
        description: "File with the archive's keys; default: this machine's",
      },
      modules: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Kernel modules to load at boot; those for devices load by themselves",
      },
      files: {
        type: "object",
        additionalProperties: { type: "string" },
        default: {},
        description: "Files to add: host path -> guest path",
      },
      init: { type: "string", description: "Script to use as /init" },
      run: { type: "string", description: "Command to run instead of a shell, then power off" },
      gzip: { type: "boolean", default: false, description: "Compress the initramfs" },
      refresh: { type: "boolean", default: false, description: "Look for newer packages first" },
    },
  },
  obtain: (options, log) =>
    obtainDebianImages(options as unknown as DebianImageOptions, log, {
      run: runOnHost,
      cache: cacheFolder(process.env),
      aptFolder: "/etc/apt",
    }),
};

/** What is wrong with a suite on a mirror, so that another suite may do. */
const SUITE_FAILURES: ReadonlySet<string> = new Set([
  "XV_ERR_IMAGE_MIRROR_INCONSISTENT",
  "XV_ERR_IMAGE_NO_SUITE",
  "XV_ERR_IMAGE_NO_PACKAGE",
]);

/** `ImageSource.obtain` with the machine as a parameter. */
export async function obtainDebianImages(
  options: DebianImageOptions,
  log: Log,
  host: DebianImageHost,
): Promise<ImageSet> {
  await makeCacheFolder(host.cache);
  return withCacheLock(host.cache, log, async () => {
    const candidates = [options.suite, ...options.alternativeSuites].map((suite) => ({
      ...options,
      suite,
    }));
    const cached = options.refresh ? undefined : await firstCached(candidates, host);
    if (cached !== undefined) return obtainSuite(cached, log, host);
    for (const candidate of candidates.slice(0, -1)) {
      try {
        return await obtainSuite(candidate, log, host);
      } catch (error) {
        if (!(error instanceof ExtravirtError) || !SUITE_FAILURES.has(error.code)) throw error;
        log(`suite ${candidate.suite} can't be used, trying the next: ${error.message}`);
      }
    }
    return obtainSuite(candidates.at(-1) ?? options, log, host);
  });
}

const archiveFolder = (options: DebianImageOptions, host: DebianImageHost): string =>
  join(host.cache, "debian", `${options.suite}-${digest([options.mirror ?? "host"]).slice(0, 8)}`);

async function firstCached(
  candidates: readonly DebianImageOptions[],
  host: DebianImageHost,
): Promise<DebianImageOptions | undefined> {
  for (const candidate of candidates) {
    if ((await readPin(archiveFolder(candidate, host))) !== undefined) return candidate;
  }
  return undefined;
}

async function obtainSuite(
  options: DebianImageOptions,
  log: Log,
  host: DebianImageHost,
): Promise<ImageSet> {
  const archive = archiveFolder(options, host);
  await mkdir(join(archive, "packages"), { recursive: true });
  const pin = await choosePin(options, log, host, archive);
  return buildImages(options, log, host, archive, pin);
}

async function choosePin(
  options: DebianImageOptions,
  log: Log,
  host: DebianImageHost,
  archive: string,
): Promise<Pin> {
  const pinned = await readPin(archive);
  if (pinned !== undefined && !options.refresh) return pinned;
  try {
    return await fetchPackages(options, log, host, archive);
  } catch (error) {
    if (pinned === undefined || !(error instanceof ExtravirtError)) throw error;
    log(`using the packages fetched before: ${error.message} ${error.remedy}`);
    return pinned;
  }
}

async function fetchPackages(
  options: DebianImageOptions,
  log: Log,
  host: DebianImageHost,
  archive: string,
): Promise<Pin> {
  const { suite } = options;
  const source = await chooseArchive(options, host.aptFolder);
  const settings = await readAcquireSettings(host.run);
  const tree = {
    folder: join(archive, "apt"),
    suite,
    architecture: "riscv64",
    settings,
    ...source,
  };
  const packages = new DebianPackages(host.run, await writeAptTree(tree), { suite, ...source });
  log(`fetching the package index of ${suite} from ${source.mirror}`);
  await packages.update();
  const kernel = await packages.resolveKernel("linux-image-riscv64");
  const busybox = await packages.show("busybox-static");
  const opensbi = await packages.show("opensbi");
  const folderOf = ({ name, version }: { name: string; version: string }): string =>
    `${name}_${version}`;
  for (const wanted of [...kernel, busybox, opensbi]) {
    log(`fetching ${wanted.name} ${wanted.version}`);
    await packages.fetch(wanted, join(archive, "packages", folderOf(wanted)));
  }
  const pin = {
    kernel: kernel.map(folderOf),
    busybox: folderOf(busybox),
    opensbi: folderOf(opensbi),
  };
  await writeFile(join(archive, "pin.json.partial"), `${JSON.stringify(pin, undefined, 2)}\n`);
  await rename(join(archive, "pin.json.partial"), join(archive, "pin.json"));
  return pin;
}

/** The pin of earlier runs, when all its packages are still there. */
async function readPin(archive: string): Promise<Pin | undefined> {
  try {
    const pin = JSON.parse(await readFile(join(archive, "pin.json"), "utf8")) as Pin;
    for (const name of [...pin.kernel, pin.busybox, pin.opensbi])
      await stat(join(archive, "packages", name));
    return pin;
  } catch {
    return undefined;
  }
}

async function buildImages(
  options: DebianImageOptions,
  log: Log,
  host: DebianImageHost,
  archive: string,
  pin: Pin,
): Promise<ImageSet> {
  const init = options.init === undefined ? INIT_SCRIPT : await readInit(options.init);
  const files = await readGuestFiles(options.files);
  const { modules, run, gzip } = options;
  const key = digest([
    JSON.stringify([BUILDER_VERSION, pin, modules, run ?? null, gzip]),
    init,
    ...files.flatMap((file) => [file.guestPath, String(file.isExecutable), file.data]),
  ]);
  const folder = join(archive, "images", key);
  const cached = await readImages(folder);
  if (cached !== undefined) return cached;

  log("building the initramfs");
  const inPackage = (name: string): string => join(archive, "packages", name);
  const roots = pin.kernel.map(inPackage);
  const kernel = await readKernel(roots);
  const wanted = { atBoot: modules, onDemand: ON_DEMAND_MODULES };
  const collected = await collectModules(roots, wanted, host.run);
  log(`modules: ${collected.modules.map(({ name }) => name).join(" ")}`);
  const busybox = await readBusybox(inPackage(pin.busybox));
  const initramfs = buildInitramfs({ busybox, modules: collected, init, run, files, gzip });
  const firmware = await readFile(join(inPackage(pin.opensbi), FIRMWARE));
  return storeImages(folder, { kernel, initramfs, firmware });
}

/** Merged-/usr and older packages put it in different places. */
async function readBusybox(root: string): Promise<Buffer> {
  return readFile(join(root, "usr/bin/busybox")).catch(() => readFile(join(root, "bin/busybox")));
}

async function readInit(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new ExtravirtError("XV_ERR_IMAGE_FILE", "The init script can't be read.", {
      place: "option init",
      value: path,
      remedy: "Set `init` to a readable script, or leave it out to use the built-in one.",
      cause,
    });
  }
}
