// The tables of a result store, and their versions. A migration is never changed, only followed by another one.
//
//   migration   version of the tables, applied one after the other
//   campaign    one row per name; the definition tells whether it is the same
//   variant     what was planned of it; its id names its queue
//   experiment  the plan; (campaign, variant, index) names an experiment for good
//   result      at most one per experiment
import { ExtravirtError } from "../../core/index.ts";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";

const MIGRATIONS: readonly ((schema: string) => string)[] = [
  (schema) => `
    CREATE TABLE ${schema}.campaign (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE,
      definition json NOT NULL,
      is_planned boolean NOT NULL DEFAULT false,
      begun timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE ${schema}.variant (
      campaign integer NOT NULL REFERENCES ${schema}.campaign ON DELETE CASCADE,
      name text NOT NULL,
      id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
      definition json NOT NULL,
      facts json NOT NULL,
      PRIMARY KEY (campaign, name)
    );
    CREATE TABLE ${schema}.experiment (
      campaign integer NOT NULL,
      variant text NOT NULL,
      index integer NOT NULL,
      stratum text NOT NULL,
      weight double precision NOT NULL,
      fault json NOT NULL,
      PRIMARY KEY (campaign, variant, index),
      FOREIGN KEY (campaign, variant) REFERENCES ${schema}.variant ON DELETE CASCADE
    );
    CREATE TABLE ${schema}.result (
      campaign integer NOT NULL,
      variant text NOT NULL,
      index integer NOT NULL,
      outcome text NOT NULL,
      detector text,
      result json NOT NULL,
      measured json,
      worker text NOT NULL,
      stored timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (campaign, variant, index),
      FOREIGN KEY (campaign, variant, index) REFERENCES ${schema}.experiment ON DELETE CASCADE
    );`,
  (schema) => `ALTER TABLE ${schema}.campaign ADD COLUMN origin text;`,
];

const TABLES = ["migration", "campaign", "variant", "experiment", "result"];
/** Some of those of pg-boss. */
const QUEUE_TABLES = ["version", "queue", "job"];

/** Serializes migrations of all processes; any number will do. */
const MIGRATION_LOCK = 0x5856_5253;

/**
 * Creates the tables, or brings them up to this version.
 * @param mayCreate false where a campaign is only read or joined
 * @returns false where there is nothing and nothing was to be created
 */
export async function prepareSchema(
  sql: SqlExecutor,
  schema: string,
  place: string,
  mayCreate: boolean,
): Promise<boolean> {
  const before = await versionOf(sql, schema, place);
  if (before === MIGRATIONS.length) return true;
  if (before === 0 && !mayCreate) return false;
  await sql.transaction(async (session) => {
    await session.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    const version = await versionOf(session, schema, place);
    if (version === 0) {
      const { rows } = await session.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [
        schema,
      ]);
      if (rows.length === 0) await session.query(`CREATE SCHEMA ${schema}`);
      await session.query(
        `CREATE TABLE ${schema}.migration (
          version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())`,
      );
    }
    for (const [index, migration] of MIGRATIONS.slice(version).entries()) {
      await session.query(migration(schema));
      await session.query(`INSERT INTO ${schema}.migration (version) VALUES ($1)`, [
        version + index + 1,
      ]);
    }
  });
  return true;
}

/**
 * The queue makes its own tables, in a schema that is there before only where it made them.
 * @throws XV_ERR_STORE_FOREIGN
 */
export async function requireOwnQueue(
  sql: SqlSession,
  schema: string,
  place: string,
): Promise<void> {
  await requireOwn(sql, schema, place, QUEUE_TABLES, "batches");
}

/** @returns 0 where the schema does not exist or is empty */
async function versionOf(sql: SqlSession, schema: string, place: string): Promise<number> {
  if (!(await requireOwn(sql, schema, place, TABLES, "results"))) return 0;
  const result = await sql.query(
    `SELECT max(version)::integer AS version FROM ${schema}.migration`,
  );
  const version = Number(result.rows[0]?.["version"] ?? 0);
  if (version > MIGRATIONS.length || version === 0) {
    throw new ExtravirtError(
      "XV_ERR_STORE_VERSION",
      `The results there have version ${version}, and this ExtraVirt knows versions up to ${MIGRATIONS.length}.`,
      {
        place,
        value: String(version),
        remedy: "Use the ExtraVirt that wrote them, or name another schema or directory.",
      },
    );
  }
  return version;
}

/** @returns false where the schema does not exist or is empty */
async function requireOwn(
  sql: SqlSession,
  schema: string,
  place: string,
  tables: readonly string[],
  what: string,
): Promise<boolean> {
  const { rows } = await sql.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY 1`,
    [schema],
  );
  const names = rows.map(({ name }) => String(name));
  if (names.length === 0 || tables.every((name) => names.includes(name))) return names.length > 0;
  throw new ExtravirtError(
    "XV_ERR_STORE_FOREIGN",
    `The schema ${schema} holds something else than ${what} of campaigns (${names.slice(0, 3).join(", ")}).`,
    {
      place,
      value: schema,
      remedy: "Name another schema (store.schema); nothing was changed in this one.",
    },
  );
}
