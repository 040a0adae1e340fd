// Results in PGlite, PostgreSQL compiled to WebAssembly: a directory beside the campaign, nothing to install or start.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { directoryError, ExtravirtError, lockDirectory } from "../../core/index.ts";
import type { ResultStoreProvider } from "../../core/index.ts";
import type { SqlExecutor } from "./sql-executor.ts";
import { storeError } from "./store-failure.ts";

/** Of PostgreSQL in PGlite 0.5. Data of one version can't be read by another. */
const POSTGRES_VERSION = "18";

export const pglite: ResultStoreProvider = {
  kind: "result-store",
  name: "pglite",
  summary: "In the campaign's directory, in an embedded PostgreSQL: one process at a time",
  schema: { type: "object", additionalProperties: false, properties: {} },
  isShared: false,
  async open(_options, request) {
    const path = join(request.directory, "results");
    let unlock: () => void;
    try {
      await mkdir(request.directory, { recursive: true });
      unlock = lockDirectory(request.directory);
    } catch (error) {
      throw directoryError(error, request.directory);
    }
    let sql: SqlExecutor;
    try {
      sql = await openDatabase(path, request.mode === "begin" || request.mode === "begin-anew");
    } catch (error) {
      unlock();
      throw storeError(directoryError(error, request.directory), path);
    }
    const { openCampaign } = await import("./open-campaign.ts");
    return openCampaign(
      {
        sql,
        schema: "extravirt",
        place: path,
        patienceMs: 0,
        expireSeconds: 60,
        isAlone: true,
        isCampaigns: true,
        closed: async () => unlock(),
      },
      request,
    );
  },
};

async function openDatabase(path: string, mayCreate: boolean): Promise<SqlExecutor> {
  const version = await versionOf(path);
  if (version === undefined && !mayCreate) {
    throw new ExtravirtError("XV_ERR_CAMPAIGN_UNKNOWN", "There are no results yet.", {
      place: path,
      remedy: "Begin the campaign with `extravirt campaign CONFIG`.",
    });
  }
  // Loaded here, since it is large and most commands never need it.
  const { PGlite } = await import("@electric-sql/pglite");
  const { PgliteExecutor } = await import("./pglite-executor.ts");
  if (version === undefined) {
    const { makeDatabase } = await import("./new-database.ts");
    await makeDatabase(path, POSTGRES_VERSION);
  }
  return new PgliteExecutor(await PGlite.create(path));
}

/** @returns undefined where there is no such directory */
async function versionOf(path: string): Promise<string | undefined> {
  let version: string;
  try {
    version = (await readFile(join(path, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (await isMissing(path)) return undefined;
    throw new ExtravirtError(
      "XV_ERR_STORE_FOREIGN",
      "The directory holds no results of campaigns.",
      {
        place: path,
        remedy: "Name another directory for the campaign; nothing was changed in this one.",
      },
    );
  }
  if (version === POSTGRES_VERSION) return version;
  throw new ExtravirtError(
    "XV_ERR_STORE_VERSION",
    `The results there were written by PostgreSQL ${version}, and this ExtraVirt has PostgreSQL ${POSTGRES_VERSION}.`,
    {
      place: path,
      value: version,
      remedy: "Use the ExtraVirt that wrote them, or name another directory for the campaign.",
    },
  );
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await readFile(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
  return false;
}
