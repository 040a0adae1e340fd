// Finds a campaign in a database, or begins it there.
import { hostname } from "node:os";
import {
  differencesOf,
  ExtravirtError,
  placeOfOrigin,
  remedyOfChange,
  requireSame,
} from "../../core/index.ts";
import type { CampaignRecord, ResultStore, StoreMode, StoreRequest } from "../../core/index.ts";
import { BatchQueue, queueSchemaOf } from "./batch-queue.ts";
import { patiently } from "./patience.ts";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";
import { SqlResultStore } from "./sql-result-store.ts";
import { storeError } from "./store-failure.ts";
import { prepareSchema, requireOwnQueue } from "./store-schema.ts";

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

interface Kept {
  readonly id: number;
  readonly campaign: CampaignRecord;
  readonly variants: readonly number[];
}

interface Found extends Pick<Kept, "id" | "campaign"> {
  /** Variants of the campaign that it takes the place of. */
  readonly forgotten: readonly number[];
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
      const remedy = remedyOfChange(campaign, request.campaign);
      const setting = { sql, schema, id, campaign, remedy, place, patience, worker, closed };
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
  { mode, campaign: asked }: StoreRequest,
): Promise<Found> {
  const mayBegin = mode === "begin" || mode === "begin-anew";
  if (mode !== "read") await requireOwnQueue(sql, queueSchemaOf(schema), place);
  if (!(await prepareSchema(sql, schema, place, mayBegin))) throw unknown(asked, place);
  return sql.transaction(async (session) => {
    const { name: now, origin } = asked;
    const name = isCampaigns ? ((await onlyName(session, schema, now)) ?? now) : now;
    const find = async (): Promise<Kept | undefined> => {
      const kept = await keptCampaign(session, schema, name);
      // A directory takes its campaign along.
      return kept !== undefined && isCampaigns
        ? { ...kept, campaign: recordOf(now, kept.campaign.definition, origin) }
        : kept;
    };
    let forgotten: readonly number[] = [];
    if (mayBegin) {
      const before = await find();
      if (before !== undefined && givesWay(before, asked, mode, place)) {
        await session.query(`DELETE FROM ${schema}.campaign WHERE id = $1`, [before.id]);
        forgotten = before.variants;
      }
      // Whoever comes from elsewhere may yet be refused, and workers of this campaign must not wait for him.
      await session.query(
        `INSERT INTO ${schema}.campaign AS c (name, definition, origin) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE
         SET is_planned = c.is_planned AND c.origin IS DISTINCT FROM EXCLUDED.origin`,
        [name, JSON.stringify(asked.definition), origin ?? null],
      );
    }
    const found = await find();
    if (found === undefined) throw unknown(asked, place);
    const { id, campaign } = found;
    if (mode !== "read") {
      requireSame(campaign.definition, asked.definition, {
        what: `campaign ${now}`,
        place,
        remedy: remedyOfChange(campaign, asked),
      });
    }
    return { id, campaign, forgotten };
  });
}

/**
 * Whether what is kept makes room: it is to be begun anew, or nothing was planned yet of another definition.
 * @throws XV_ERR_CAMPAIGN_CHANGED where somebody else's results were to be forgotten
 */
function givesWay(
  { campaign, variants }: Kept,
  asked: CampaignRecord,
  mode: StoreMode,
  place: string,
): boolean {
  const isOwn = campaign.origin === asked.origin;
  if (mode !== "begin-anew") {
    const isSame = differencesOf(campaign.definition, asked.definition).length === 0;
    return isOwn && variants.length === 0 && !isSame;
  }
  if (isOwn) return true;
  throw new ExtravirtError(
    "XV_ERR_CAMPAIGN_CHANGED",
    `The campaign ${asked.name} was begun ${placeOfOrigin(campaign)}, and is not forgotten from here.`,
    {
      place,
      value: asked.name,
      remedy:
        "Give this campaign a name of its own (campaign.name); where both are yours, use --fresh there.",
    },
  );
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

async function keptCampaign(
  session: SqlSession,
  schema: string,
  name: string,
): Promise<Kept | undefined> {
  const { rows } = await session.query(
    `SELECT id, definition, origin FROM ${schema}.campaign WHERE name = $1`,
    [name],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { rows: variants } = await session.query(
    `SELECT id FROM ${schema}.variant WHERE campaign = $1`,
    [row["id"]],
  );
  const definition = row["definition"] as CampaignRecord["definition"];
  return {
    id: Number(row["id"]),
    campaign: recordOf(name, definition, (row["origin"] as string | null) ?? undefined),
    variants: variants.map(({ id }) => Number(id)),
  };
}

const recordOf = (
  name: string,
  definition: CampaignRecord["definition"],
  origin: string | undefined,
): CampaignRecord => ({ name, definition, ...(origin !== undefined && { origin }) });

function unknown({ name }: CampaignRecord, place: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_UNKNOWN", `There is no campaign ${name}.`, {
    place,
    value: name,
    remedy: "Begin it with `extravirt campaign CONFIG`, and name the same config and store here.",
  });
}
