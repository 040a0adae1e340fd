// Finds a campaign in a database, or begins it there.
import { hostname } from "node:os";
import { ExtravirtError } from "../../core/index.ts";
import type { CampaignRecord, ResultStore, StoreRequest } from "../../core/index.ts";
import { BatchQueue } from "./batch-queue.ts";
import { changedMembers } from "./changed-members.ts";
import { patiently } from "./patience.ts";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";
import { SqlResultStore } from "./sql-result-store.ts";
import { storeError } from "./store-failure.ts";
import { prepareSchema } from "./store-schema.ts";

export interface Database {
  readonly sql: SqlExecutor;
  readonly schema: string;
  /** For messages, without a password. */
  readonly place: string;
  /** How long to wait for a database that does not answer. */
  readonly patienceMs: number;
  readonly expireSeconds: number;
  /** Nobody else can have batches in hand. */
  readonly isAlone: boolean;
  /** Called after the database was closed, or could not be opened. */
  readonly closed: () => Promise<void>;
}

interface Found {
  readonly id: number;
  /** Of the campaign that it takes the place of. */
  readonly forgotten: number | undefined;
  readonly campaign: CampaignRecord;
}

export async function openCampaign(
  database: Database,
  request: StoreRequest,
): Promise<ResultStore> {
  const { sql, schema, place, closed } = database;
  const patience = {
    forMs: database.patienceMs,
    notify: (message: string) => request.notify?.(`${message} (${place})`),
  };
  try {
    return await patiently(patience, async () => {
      const { id, campaign, forgotten } = await findCampaign(database, request);
      const isReader = request.mode === "read";
      const queue = isReader ? undefined : await BatchQueue.open(sql, schema, id, database);
      if (request.mode === "begin") await queue?.clearEnded();
      if (forgotten !== undefined) await queue?.removeOf(forgotten);
      const worker = `${hostname()}:${process.pid}`;
      const setting = { sql, schema, id, campaign, place, patience, worker, closed };
      return new SqlResultStore(queue === undefined ? setting : { ...setting, queue });
    });
  } catch (error) {
    await sql.close().catch(() => {});
    await closed();
    throw storeError(error, place);
  }
}

async function findCampaign(
  { sql, schema, place }: Database,
  { mode, campaign }: StoreRequest,
): Promise<Found> {
  const mayBegin = mode === "begin" || mode === "begin-anew";
  if (!(await prepareSchema(sql, schema, place, mayBegin))) throw unknown(campaign, place);
  return sql.transaction(async (session) => {
    const forgotten =
      mode === "begin-anew" ? await forget(session, schema, campaign.name) : undefined;
    if (mayBegin) {
      await session.query(
        `INSERT INTO ${schema}.campaign (name, digest, definition) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO NOTHING`,
        [campaign.name, campaign.digest, campaign.definition],
      );
    }
    const found = await keptCampaign(session, schema, campaign.name);
    if (found === undefined) throw unknown(campaign, place);
    if (mode !== "read" && found.campaign.digest !== campaign.digest) {
      throw changed(found.campaign, campaign, place);
    }
    return { ...found, forgotten };
  });
}

async function forget(
  session: SqlSession,
  schema: string,
  name: string,
): Promise<number | undefined> {
  const { rows } = await session.query(
    `DELETE FROM ${schema}.campaign WHERE name = $1 RETURNING id`,
    [name],
  );
  return rows[0] === undefined ? undefined : Number(rows[0]["id"]);
}

async function keptCampaign(
  session: SqlSession,
  schema: string,
  name: string,
): Promise<Omit<Found, "forgotten"> | undefined> {
  const { rows } = await session.query(
    `SELECT id, digest, definition FROM ${schema}.campaign WHERE name = $1`,
    [name],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const campaign = {
    name,
    digest: String(row["digest"]),
    definition: String(row["definition"]),
  };
  return { id: Number(row["id"]), campaign };
}

function unknown({ name }: CampaignRecord, place: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_UNKNOWN", `There is no campaign ${name}.`, {
    place,
    value: name,
    remedy: "Begin it with `extravirt campaign CONFIG`, and name the same config and store here.",
  });
}

function changed(kept: CampaignRecord, now: CampaignRecord, place: string): ExtravirtError {
  const differences = changedMembers(JSON.parse(kept.definition), JSON.parse(now.definition));
  const shown = differences.slice(0, 5).join("; ");
  const more = differences.length > 5 ? `; and ${differences.length - 5} more` : "";
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_CHANGED",
    `The campaign ${kept.name} was begun with another definition: ${shown}${more}.`,
    {
      place,
      value: now.digest.slice(0, 16),
      remedy:
        "Go back to the definition it was begun with, begin it anew (--fresh forgets its results), or name another directory or schema.",
    },
  );
}
