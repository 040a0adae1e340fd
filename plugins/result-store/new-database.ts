// An empty embedded database. PostgreSQL takes seconds to make one, so the first is kept in the cache and copied.
import { PGlite } from "@electric-sql/pglite";
import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "../image-sources/image-cache.ts";

/**
 * A database that is being made has another name, so that one with the right name is complete.
 * @param version of PostgreSQL
 */
export async function makeDatabase(path: string, version: string): Promise<void> {
  const unfinished = `${path}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const kept = join(cacheFolder(process.env), `empty-database-${version}`);
  const isKept = (await isThere(kept)) || (await keepEmpty(kept));
  if (!isKept || !(await hasCopied(kept, unfinished))) await initialise(unfinished);
  await rename(unfinished, path);
}

/** @returns false where what is kept is another user's, and nothing was copied */
async function hasCopied(kept: string, path: string): Promise<boolean> {
  try {
    await cp(kept, path, { recursive: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    await rm(path, { recursive: true, force: true });
    return false;
  }
}

/** @returns false where the cache can't be used */
async function keepEmpty(kept: string): Promise<boolean> {
  let unfinished: string;
  try {
    await mkdir(dirname(kept), { recursive: true });
    unfinished = await mkdtemp(`${kept}.`);
  } catch {
    return false;
  }
  try {
    await initialise(unfinished);
    // Fails where another process was faster, which is as good.
    await rename(unfinished, kept).catch(() => {});
    return await isThere(kept);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function initialise(path: string): Promise<void> {
  const database = await PGlite.create(path);
  await database.close();
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
