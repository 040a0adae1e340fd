// Finds a campaign in a database, or begins it there.
import { hostname } from "node:os";
import { ExtravirtError } from "../../core/index.ts";
import type { CampaignRecord, ResultStore, StoreRequest } from "../../core/index.ts";
import { BatchQueue } from "./batch-queue.ts";
import { requireSame } from "./require-same.ts";
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
  /** Holds this campaign alone, whose name is that of a directory: it goes along where that is moved or copied. */
  readonly isCampaigns: boolean;
  /** Called after the database was closed, or could not be opened. */
  readonly closed: () => Promise<void>;
}

interface Found {
  readonly id: number;
  /** Variants of the campaign that it takes the place of. */
  readonly forgotten: readonly number[];
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
      const queue = isReader ? undefined : await BatchQueue.open(sql, schema, database);
      for (const variant of forgotten) await queue?.remove(variant);
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
  { sql, schema, place, isCampaigns }: Database,
  { mode, campaign }: StoreRequest,
): Promise<Found> {
  const mayBegin = mode === "begin" || mode === "begin-anew";
  if (!(await prepareSchema(sql, schema, place, mayBegin))) throw unknown(campaign, place);
  return sql.transaction(async (session) => {
    const { name: now } = campaign;
    const name = isCampaigns ? ((await onlyName(session, schema, now)) ?? now) : now;
    const forgotten = mode === "begin-anew" ? await forget(session, schema, name) : [];
    if (mayBegin) {
      await session.query(
        `INSERT INTO ${schema}.campaign (name, definition) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET is_planned = false`,
        [name, JSON.stringify(campaign.definition)],
      );
    }
    const found = await keptCampaign(session, schema, name);
    if (found === undefined) throw unknown(campaign, place);
    if (mode !== "read") {
      requireSame(`campaign ${now}`, found.campaign.definition, campaign.definition, place);
    }
    return { ...found, campaign: { ...found.campaign, name: now }, forgotten };
  });
}

/** @returns the name under which the campaign is kept: the one that it has now, if there is such a one */
async function onlyName(
  session: SqlSession,
  schema: string,
  now: string,
): Promise<string | undefined> {
  const { rows } = await session.query(
    `SELECT name FROM ${schema}.campaign ORDER BY name = $1 DESC, id DESC LIMIT 1`,
    [now],
  );
  return rows[0] === undefined ? undefined : String(rows[0]["name"]);
}

async function forget(
  session: SqlSession,
  schema: string,
  name: string,
): Promise<readonly number[]> {
  const { rows } = await session.query(
    `SELECT v.id FROM ${schema}.variant v JOIN ${schema}.campaign c ON c.id = v.campaign
      WHERE c.name = $1`,
    [name],
  );
  await session.query(`DELETE FROM ${schema}.campaign WHERE name = $1`, [name]);
  return rows.map(({ id }) => Number(id));
}

async function keptCampaign(
  session: SqlSession,
  schema: string,
  name: string,
): Promise<Omit<Found, "forgotten"> | undefined> {
  const { rows } = await session.query(
    `SELECT id, definition FROM ${schema}.campaign WHERE name = $1`,
    [name],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const campaign = { name, definition: row["definition"] as CampaignRecord["definition"] };
  return { id: Number(row["id"]), campaign };
}

function unknown({ name }: CampaignRecord, place: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_UNKNOWN", `There is no campaign ${name}.`, {
    place,
    value: name,
    remedy: "Begin it with `extravirt campaign CONFIG`, and name the same config and store here.",
  });
}
