// The cache folder: where it is, one process at a time, and results that appear complete or not at all.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ExtravirtError } from "../../core/index.ts";
import type { ImageSet } from "../../core/index.ts";

const LOCK_POLL_MS = 200;
const MANIFEST = "manifest.json";

/** EXTRAVIRT_CACHE, else extravirt in XDG_CACHE_HOME, else ~/.cache/extravirt. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env["EXTRAVIRT_CACHE"];
  if (own !== undefined && own !== "") return resolve(own);
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg === undefined || xdg === "" ? join(homedir(), ".cache") : xdg, "extravirt");
}

/** Makes the cache folder. @throws XV_ERR_IMAGE_CACHE when it can't be written. */
export async function makeCacheFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new ExtravirtError("XV_ERR_IMAGE_CACHE", "The cache folder can't be made.", {
      place: folder,
      remedy: "Set EXTRAVIRT_CACHE to a folder that this user can write to.",
      cause,
    });
  }
}

/**
 * Runs `work` while no other process of this machine does so for the same folder. The lock is an abstract
 * socket: the kernel drops it with the process, so an interrupted run leaves none behind.
 */
export async function withCacheLock<T>(
  folder: string,
  log: (message: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const address = `\0extravirt-cache-${digest([resolve(folder)])}`;
  let isFirst = true;
  for (;;) {
    const release = await tryListen(address);
    if (release !== undefined) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (isFirst) log("waiting for another process that fills the image cache");
    isFirst = false;
    await new Promise((wake) => setTimeout(wake, LOCK_POLL_MS));
  }
}

function tryListen(address: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") done(undefined);
      else fail(error);
    });
    server.listen(address, () => {
      server.unref();
      done(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

/** First 24 hexadecimal digits of SHA-256 over the parts, each preceded by its length. */
export function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex").slice(0, 24);
}

/** The images in `folder` when all of them are there unharmed, else undefined. */
export async function readImages(folder: string): Promise<ImageSet | undefined> {
  try {
    const sums = JSON.parse(await readFile(join(folder, MANIFEST), "utf8")) as Record<
      string,
      string
    >;
    const images: Record<string, string> = {};
    for (const [role, sum] of Object.entries(sums)) {
      images[role] = join(folder, role);
      if (digest([await readFile(images[role])]) !== sum) return undefined;
    }
    return images;
  } catch {
    return undefined;
  }
}

/** Stores images under their roles; `folder` appears at once or not at all, replacing a damaged one. */
export async function storeImages(
  folder: string,
  contents: Readonly<Record<string, Uint8Array>>,
): Promise<ImageSet> {
  const staging = `${folder}.partial`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const sums: Record<string, string> = {};
  const images: Record<string, string> = {};
  for (const [role, data] of Object.entries(contents)) {
    await writeFile(join(staging, role), data);
    sums[role] = digest([data]);
    images[role] = join(folder, role);
  }
  await writeFile(join(staging, MANIFEST), `${JSON.stringify(sums, undefined, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(staging, folder);
  return images;
}
