// Batches of a campaign as jobs of pg-boss, which keeps them beside the results: the same queue serves PGlite and
// servers. A job names experiments of the plan; what is left to do among them is asked of the results, so a job too
// many costs nothing, and one that is missing is found when the campaign is planned again.
import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";
import { isTaken } from "./store-failure.ts";

/** Workers that a batch may end before it is given up. */
export const MOST_ATTEMPTS = 5;

const REFRESH_MS = 3000;
/** Of pg-boss; a batch that is worked on for longer goes to another worker, too. */
const LONGEST_BATCH_SECONDS = 23 * 3600;
const YEAR_SECONDS = 365 * 24 * 3600;

/** Experiments of a variant, by index. */
export interface PlannedBatch {
  readonly variant: number;
  readonly indexes: readonly number[];
}

export interface QueuedBatch extends PlannedBatch {
  readonly id: string;
  readonly attempt: number;
}

interface QueueOptions {
  /** After so long without a word of its worker a batch goes to another one. */
  readonly expireSeconds: number;
  /** No other process has batches in hand. */
  readonly isAlone: boolean;
}

/** One queue per variant. */
export class BatchQueue {
  readonly #sql: SqlExecutor;
  readonly #boss: PgBoss;
  readonly #options: QueueOptions;
  /** Variants whose queue is there. */
  readonly #open: Set<number> = new Set();
  readonly #taken: Map<string, QueuedBatch> = new Map();
  readonly #refresh: NodeJS.Timeout;

  private constructor(sql: SqlExecutor, boss: PgBoss, options: QueueOptions) {
    this.#sql = sql;
    this.#boss = boss;
    this.#options = options;
    this.#refresh = setInterval(() => void this.#touch(), REFRESH_MS).unref();
  }

  static async open(sql: SqlExecutor, schema: string, options: QueueOptions): Promise<BatchQueue> {
    const boss = new PgBoss({
      db: databaseOf(sql),
      schema: queueSchemaOf(schema),
      supervise: false,
      schedule: false,
      registerInstance: false,
      monitorVacuum: false,
      reindex: false,
      monitorIntervalSeconds: 1,
    });
    // What goes wrong in the background goes wrong again in a call, and is told there.
    boss.on("error", () => {});
    await boss.start().catch((error: unknown) => {
      if (!isTaken(error)) throw error;
      // Another process was faster, and what it made is there by now.
      return boss.start();
    });
    return new BatchQueue(sql, boss, options);
  }

  /** Batches in hand, for whoever closes the store. */
  get taken(): readonly QueuedBatch[] {
    return [...this.#taken.values()];
  }

  takenBatch(id: string): QueuedBatch | undefined {
    return this.#taken.get(id);
  }

  /** Batches of a variant. Those that wait already stay as they are; those given up get another chance. */
  async plan(variant: number, batches: readonly (readonly number[])[]): Promise<void> {
    const name = queueOf(variant);
    if (!this.#open.has(variant)) {
      await this.#create(variant);
      await this.#boss.deleteAllJobs(givenUp(name));
      if (this.#options.isAlone) await this.#boss.deleteAllJobs(name);
      else await this.#boss.deleteStoredJobs(name);
    }
    await this.#add(
      this.#sql,
      batches.map((indexes) => ({ variant, indexes })),
    );
  }

  async take(variant: number): Promise<QueuedBatch | undefined> {
    if (!this.#open.has(variant)) await this.#create(variant);
    const [job] = await this.#boss.fetch<PlannedBatch>(queueOf(variant));
    if (job === undefined) return undefined;
    const batch = { ...job.data, id: job.id, attempt: job.retryCount };
    this.#taken.set(job.id, batch);
    return batch;
  }

  /** Gives batches whose workers died to others. */
  async expire(variant: number): Promise<void> {
    await this.#boss.supervise(queueOf(variant));
  }

  /** @returns a batch that was given up */
  async failed(variant: number): Promise<PlannedBatch | undefined> {
    const queue = givenUp(queueOf(variant));
    const [job] = await this.#boss.findJobs<PlannedBatch>(queue, { limit: 1 });
    return job?.data;
  }

  async end(session: SqlSession, { variant, id, attempt }: QueuedBatch): Promise<void> {
    const job = { id, retryCount: attempt };
    await this.#boss.complete(queueOf(variant), job, undefined, { db: databaseOf(session) });
  }

  forget(id: string): void {
    this.#taken.delete(id);
  }

  /** Puts a batch back as if it had never been taken. */
  async giveBack({ id, variant, indexes }: QueuedBatch): Promise<void> {
    await this.#sql.transaction(async (session) => {
      await this.#boss.deleteJob(queueOf(variant), id, { db: databaseOf(session) });
      await this.#add(session, [{ variant, indexes }]);
    });
    this.#taken.delete(id);
  }

  /** Of a variant that is no more. */
  async remove(variant: number): Promise<void> {
    await this.#boss.deleteQueue(queueOf(variant));
    await this.#boss.deleteQueue(givenUp(queueOf(variant)));
  }

  async close(): Promise<void> {
    clearInterval(this.#refresh);
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #create(variant: number): Promise<void> {
    const name = queueOf(variant);
    await this.#boss.createQueue(givenUp(name));
    await this.#boss.createQueue(name, {
      deadLetter: givenUp(name),
      retryLimit: MOST_ATTEMPTS - 1,
      heartbeatSeconds: this.#options.expireSeconds,
      expireInSeconds: LONGEST_BATCH_SECONDS,
      retentionSeconds: YEAR_SECONDS,
    });
    this.#open.add(variant);
  }

  async #add(session: SqlSession, batches: readonly PlannedBatch[]): Promise<void> {
    const [first] = batches;
    if (first === undefined) return;
    const jobs = batches.map((batch) => ({ id: idOf(batch), data: { ...batch } }));
    await this.#boss.insert(queueOf(first.variant), jobs, { db: databaseOf(session) });
  }

  async #touch(): Promise<void> {
    for (const { variant, id, attempt } of this.taken) {
      // A heartbeat that does not get through is followed by the next one.
      await this.#boss.touch(queueOf(variant), { id, retryCount: attempt }).catch(() => {});
    }
  }
}

export const queueSchemaOf = (schema: string): string => `${schema}_queue`;

function databaseOf(sql: SqlSession): {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
} {
  return {
    executeSql: async (text, values) => {
      const { rows } = await sql.query(text, values);
      return { rows: [...rows] };
    },
  };
}

function queueOf(variant: number): string {
  return `variant-${variant}`;
}

function givenUp(queue: string): string {
  return `${queue}-given-up`;
}

/** A UUID: the same batch has the same, so that it is never there twice. */
function idOf({ variant, indexes }: PlannedBatch): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([variant, indexes]))
    .digest("hex");
  return [0, 8, 12, 16, 20].map((from, i) => digest.slice(from, [8, 12, 16, 20, 32][i])).join("-");
}
