// A campaign in PostgreSQL. DETERMINISM: results of an experiment are the same whoever ran it, so whatever is done
// twice (a batch by two workers, a statement whose answer was lost) leaves the same rows behind.
import { ExtravirtError, requireSame, resultText } from "../../core/index.ts";
import type {
  Batch,
  CampaignProgress,
  CampaignRecord,
  Definition,
  Experiment,
  ExperimentResult,
  ResultStore,
  StoredResult,
  VariantRecord,
} from "../../core/index.ts";
import { MOST_ATTEMPTS } from "./batch-queue.ts";
import type { BatchQueue } from "./batch-queue.ts";
import { resultsDiffer } from "./results-differ.ts";
import { patiently } from "./patience.ts";
import type { Patience } from "./patience.ts";
import {
  experimentOf,
  experimentRows,
  resultOf,
  resultRows,
  storedResultOf,
} from "./result-row.ts";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";
import { storeError } from "./store-failure.ts";

/** Rows of one statement. */
const PAGE_ROWS = 2000;

export interface StoreSetting {
  readonly sql: SqlExecutor;
  readonly schema: string;
  readonly id: number;
  readonly campaign: CampaignRecord;
  /** Absent where the campaign is only read. */
  readonly queue?: BatchQueue;
  /** For those who come with another definition. */
  readonly remedy: string;
  /** Of the database, for messages. */
  readonly place: string;
  readonly patience: Patience;
  /** Who keeps results: host and process. */
  readonly worker: string;
  readonly closed: () => Promise<void>;
}

export class SqlResultStore implements ResultStore {
  readonly campaign: CampaignRecord;
  readonly #setting: StoreSetting;
  readonly #variantIds: Map<string, number> = new Map();

  constructor(setting: StoreSetting) {
    this.#setting = setting;
    this.campaign = setting.campaign;
  }

  async plan(variant: VariantRecord, batches: readonly (readonly Experiment[])[]): Promise<void> {
    const experiments = batches.flat();
    await this.#lastingly(async ({ sql }) => {
      await sql.transaction((session) => this.#addVariant(session, variant));
      const variantId = await this.#variantId(variant.name);
      for (let from = 0; from < experiments.length; from += PAGE_ROWS) {
        const page = experiments.slice(from, from + PAGE_ROWS);
        await sql.transaction((session) => this.#addExperiments(session, variant.name, page));
      }
      const done = await this.#indexesDone(variant.name);
      const indexes = batches.map((batch) => batch.map(({ index }) => index));
      await this.#queue.plan(
        variantId,
        indexes.filter((batch) => batch.some((index) => !done.has(index))),
      );
    });
  }

  async finishPlan(): Promise<void> {
    await this.#lastingly(({ sql }) => this.#setPlanned(sql, true));
  }

  async checkVariant(name: string, definition: Definition): Promise<void> {
    await this.#lastingly(({ sql }) => this.#requireSameVariant(sql, name, definition));
  }

  async variants(): Promise<readonly VariantRecord[]> {
    const { rows } = await this.#lastingly(({ sql, schema, id }) =>
      sql.query(
        `SELECT name, definition, facts FROM ${schema}.variant WHERE campaign = $1 ORDER BY id`,
        [id],
      ),
    );
    return rows.map((row) => ({
      name: String(row["name"]),
      definition: row["definition"] as VariantRecord["definition"],
      facts: row["facts"] as VariantRecord["facts"],
    }));
  }

  async takeBatch(variant: string): Promise<Batch | undefined> {
    return this.#lastingly(async ({ sql }) => {
      const variantId = await this.#variantId(variant);
      for (let hasExpired = false; ;) {
        const batch = await this.#queue.take(variantId);
        if (batch !== undefined) {
          const experiments = await this.#toDo(variant, batch.indexes);
          const { id, attempt } = batch;
          if (experiments.length > 0) return { id, attempt, variant, experiments };
          await this.#queue.end(sql, batch);
          this.#queue.forget(id);
          continue;
        }
        if (hasExpired) return undefined;
        await this.#queue.expire(variantId);
        await this.#checkGivenUp(variant, variantId);
        hasExpired = true;
      }
    });
  }

  async complete(batch: Batch, results: readonly ExperimentResult[]): Promise<void> {
    const missing = batch.experiments.length - results.length;
    if (missing !== 0) throw new Error(`${missing} results of batch ${batch.id} are missing`);
    const taken = this.#queue.takenBatch(batch.id);
    await this.#lastingly(({ sql }) =>
      sql.transaction(async (session) => {
        await this.#holdCampaign(session);
        await this.#addResults(session, batch.variant, results);
        if (taken !== undefined) await this.#queue.end(session, taken);
      }),
    );
    this.#queue.forget(batch.id);
  }

  async release(batch: Batch): Promise<void> {
    const taken = this.#queue.takenBatch(batch.id);
    if (taken !== undefined) await this.#lastingly(() => this.#queue.giveBack(taken));
  }

  async progress(variant?: string): Promise<CampaignProgress> {
    const { rows } = await this.#lastingly(({ sql, schema, id }) => {
      const own = variant === undefined ? "" : "AND variant = $2";
      return sql.query(
        `SELECT is_planned,
           (SELECT count(*)::integer FROM ${schema}.experiment WHERE campaign = $1 ${own}) AS planned,
           (SELECT count(*)::integer FROM ${schema}.result WHERE campaign = $1 ${own}) AS done
         FROM ${schema}.campaign WHERE id = $1`,
        variant === undefined ? [id] : [id, variant],
      );
    });
    const [row] = rows;
    if (row === undefined) throw this.#gone();
    return {
      planned: Number(row["planned"]),
      done: Number(row["done"]),
      isPlanned: row["is_planned"] === true,
    };
  }

  async *results(variant?: string): AsyncGenerator<StoredResult> {
    const names = (await this.variants()).map(({ name }) => name);
    for (const name of names) {
      if (variant === undefined || name === variant) yield* this.#resultsOf(name);
    }
  }

  async experiment(
    variant: string,
    index: number,
  ): Promise<{ experiment: Experiment; result?: ExperimentResult } | undefined> {
    const { rows } = await this.#lastingly(({ sql, schema, id }) =>
      sql.query(
        `SELECT e.index, e.fault, e.stratum, e.weight, r.result, r.measured
           FROM ${schema}.experiment e LEFT JOIN ${schema}.result r USING (campaign, variant, index)
          WHERE campaign = $1 AND variant = $2 AND index = $3`,
        [id, variant, index],
      ),
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const hasResult = row["result"] !== null;
    return { experiment: experimentOf(row), ...(hasResult ? { result: resultOf(row) } : {}) };
  }

  async close(): Promise<void> {
    const { sql, queue, closed } = this.#setting;
    // A database that is gone keeps nobody from ending: batches in hand expire.
    for (const batch of queue?.taken ?? []) await queue?.giveBack(batch).catch(() => {});
    await queue?.close().catch(() => {});
    await sql.close();
    await closed();
  }

  async *#resultsOf(variant: string): AsyncGenerator<StoredResult> {
    for (let after = -1; ;) {
      const [planned, results] = await this.#lastingly(async ({ sql, schema, id }) => {
        const { rows } = await sql.query(
          `SELECT index, fault, stratum, weight FROM ${schema}.experiment
            WHERE campaign = $1 AND variant = $2 AND index > $3 ORDER BY index LIMIT ${PAGE_ROWS}`,
          [id, variant, after],
        );
        const last = Number(rows.at(-1)?.["index"] ?? after);
        const kept = await sql.query(
          `SELECT index, result, measured FROM ${schema}.result
            WHERE campaign = $1 AND variant = $2 AND index > $3 AND index <= $4`,
          [id, variant, after, last],
        );
        return [rows, new Map(kept.rows.map((row) => [Number(row["index"]), row]))] as const;
      });
      for (const row of planned) {
        const result = results.get(Number(row["index"]));
        if (result !== undefined) yield storedResultOf({ variant, ...row, ...result });
      }
      if (planned.length < PAGE_ROWS) return;
      after = Number(planned.at(-1)!["index"]);
    }
  }

  async #addVariant(session: SqlSession, variant: VariantRecord): Promise<void> {
    const { schema, id } = this.#setting;
    await this.#setPlanned(session, false);
    const { name, definition, facts } = variant;
    await session.query(
      `INSERT INTO ${schema}.variant (campaign, name, definition, facts)
       VALUES ($1, $2, $3::json, $4::json) ON CONFLICT (campaign, name) DO NOTHING`,
      [id, name, JSON.stringify(definition), JSON.stringify(facts)],
    );
    await this.#requireSameVariant(session, name, definition);
    // A longer plan says more of itself.
    await session.query(
      `UPDATE ${schema}.variant SET facts = $3::json WHERE campaign = $1 AND name = $2`,
      [id, name, JSON.stringify(facts)],
    );
  }

  async #requireSameVariant(
    session: SqlSession,
    name: string,
    definition: Definition,
  ): Promise<void> {
    const { schema, id, place, remedy } = this.#setting;
    const { rows } = await session.query(
      `SELECT definition FROM ${schema}.variant WHERE campaign = $1 AND name = $2`,
      [id, name],
    );
    if (rows[0] === undefined) throw this.#gone();
    requireSame(rows[0]["definition"] as Definition, definition, {
      what: `variant ${name}`,
      place,
      remedy,
    });
  }

  async #variantId(name: string): Promise<number> {
    const known = this.#variantIds.get(name);
    if (known !== undefined) return known;
    const { sql, schema, id } = this.#setting;
    const { rows } = await sql.query(
      `SELECT id FROM ${schema}.variant WHERE campaign = $1 AND name = $2`,
      [id, name],
    );
    if (rows[0] === undefined) throw this.#gone();
    const found = Number(rows[0]["id"]);
    this.#variantIds.set(name, found);
    return found;
  }

  async #addExperiments(
    session: SqlSession,
    variant: string,
    experiments: readonly Experiment[],
  ): Promise<void> {
    const { schema, id } = this.#setting;
    await session.query(
      `INSERT INTO ${schema}.experiment (campaign, variant, index, stratum, weight, fault)
       SELECT $1, $2, index, stratum, weight, fault FROM json_to_recordset($3::json)
         AS r(index integer, stratum text, weight double precision, fault json)
       ON CONFLICT DO NOTHING`,
      [id, variant, experimentRows(experiments)],
    );
  }

  async #indexesDone(variant: string): Promise<ReadonlySet<number>> {
    const { sql, schema, id } = this.#setting;
    const { rows } = await sql.query(
      `SELECT index FROM ${schema}.result WHERE campaign = $1 AND variant = $2`,
      [id, variant],
    );
    return new Set(rows.map(({ index }) => Number(index)));
  }

  async #toDo(variant: string, indexes: readonly number[]): Promise<Experiment[]> {
    const { sql, schema, id } = this.#setting;
    // Not one statement: without statistics, which PGlite has none of, a join of the two takes time by their product.
    const among = "campaign = $1 AND variant = $2 AND index = ANY($3::integer[])";
    const values = [id, variant, indexes];
    const done = await sql.query(`SELECT index FROM ${schema}.result WHERE ${among}`, values);
    const isDone = new Set(done.rows.map(({ index }) => Number(index)));
    const { rows } = await sql.query(
      `SELECT index, fault, stratum, weight FROM ${schema}.experiment WHERE ${among}`,
      values,
    );
    const byIndex = new Map(rows.map((row) => [Number(row["index"]), row]));
    return indexes.flatMap((index) => {
      const row = isDone.has(index) ? undefined : byIndex.get(index);
      return row === undefined ? [] : [experimentOf(row)];
    });
  }

  async #addResults(
    session: SqlSession,
    variant: string,
    results: readonly ExperimentResult[],
  ): Promise<void> {
    const { schema, id, worker, place } = this.#setting;
    const { rows: added } = await session.query(
      `INSERT INTO ${schema}.result
         (campaign, variant, index, outcome, detector, result, measured, worker)
       SELECT $1, $2, index, outcome, detector, result, measured, $4 FROM json_to_recordset($3::json)
         AS r(index integer, outcome text, detector text, result json, measured json)
       ON CONFLICT DO NOTHING RETURNING index`,
      [id, variant, resultRows(results), worker],
    );
    if (added.length === results.length) return;
    const isNew = new Set(added.map(({ index }) => Number(index)));
    const others = results.filter(({ index }) => !isNew.has(index));
    const { rows } = await session.query(
      `SELECT index, result, measured, worker FROM ${schema}.result
        WHERE campaign = $1 AND variant = $2 AND index = ANY($3::integer[])`,
      [id, variant, others.map(({ index }) => index)],
    );
    const kept = new Map(rows.map((row) => [Number(row["index"]), row]));
    for (const result of others) {
      const row = kept.get(result.index)!;
      if (resultText(resultOf(row)) !== resultText(result)) {
        throw resultsDiffer(`${variant}/${result.index}`, String(row["worker"]), place);
      }
    }
  }

  /** Against others that begin the campaign anew meanwhile. */
  async #holdCampaign(session: SqlSession): Promise<void> {
    const { schema, id } = this.#setting;
    const { rows } = await session.query(
      `SELECT 1 FROM ${schema}.campaign WHERE id = $1 FOR SHARE`,
      [id],
    );
    if (rows.length === 0) throw this.#gone();
  }

  async #setPlanned(session: SqlSession, isPlanned: boolean): Promise<void> {
    const { schema, id } = this.#setting;
    const { rows } = await session.query(
      `UPDATE ${schema}.campaign SET is_planned = $2 WHERE id = $1 RETURNING id`,
      [id, isPlanned],
    );
    if (rows.length === 0) throw this.#gone();
  }

  async #checkGivenUp(variant: string, variantId: number): Promise<void> {
    const batch = await this.#queue.failed(variantId);
    if (batch === undefined) return;
    const { indexes } = batch;
    const named = indexes.slice(0, 4).join(", ") + (indexes.length > 4 ? ", ..." : "");
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_BATCH_FAILED",
      `Experiments ${named} of variant ${variant} were begun ${MOST_ATTEMPTS} times, and each time their worker ended before they did.`,
      {
        place: this.#setting.place,
        remedy:
          "Look for what ends workers (memory, a time limit of the host), repeat one of the experiments alone with `extravirt campaign rerun`, and resume.",
      },
    );
  }

  #gone(): ExtravirtError {
    return new ExtravirtError(
      "XV_ERR_CAMPAIGN_UNKNOWN",
      `The campaign ${this.campaign.name} is no longer there: somebody began it anew.`,
      { place: this.#setting.place, remedy: "Start this worker again, with the same config." },
    );
  }

  get #queue(): BatchQueue {
    const { queue } = this.#setting;
    if (queue === undefined) throw new Error("a campaign opened for reading has no queue");
    return queue;
  }

  /** Waits for a database that restarts, and puts in words what it complains of. */
  async #lastingly<T>(work: (setting: StoreSetting) => Promise<T>): Promise<T> {
    try {
      return await patiently(this.#setting.patience, () => work(this.#setting));
    } catch (error) {
      throw storeError(error, this.#setting.place);
    }
  }
}
