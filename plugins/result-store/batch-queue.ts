// Batches of a campaign as jobs of pg-boss, which keeps them beside the results: the same queue serves PGlite and
// servers. A job names experiments of the plan; what is left to do among them is asked of the results, so a job too
// many costs nothing, and one that is missing is found when the campaign is planned again.
import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import type { SqlExecutor, SqlSession } from "./sql-executor.ts";

/** Workers that a batch may end before it is given up. */
export const MOST_ATTEMPTS = 5;

const REFRESH_MS = 3000;
/** Of pg-boss; a batch that is worked on for longer goes to another worker, too. */
const LONGEST_BATCH_SECONDS = 23 * 3600;
const YEAR_SECONDS = 365 * 24 * 3600;

export interface PlannedBatch {
  readonly variant: string;
  readonly indexes: readonly number[];
}

export interface QueuedBatch extends PlannedBatch {
  readonly id: string;
  readonly attempt: number;
}

export class BatchQueue {
  readonly #sql: SqlExecutor;
  readonly #boss: PgBoss;
  readonly #name: string;
  /** Attempts of the batches in hand, by id: others may have taken them meanwhile. */
  readonly #taken: Map<string, number> = new Map();
  readonly #refresh: NodeJS.Timeout;

  private constructor(sql: SqlExecutor, boss: PgBoss, name: string) {
    this.#sql = sql;
    this.#boss = boss;
    this.#name = name;
    this.#refresh = setInterval(() => void this.#touch(), REFRESH_MS).unref();
  }

  /**
   * @param expireSeconds after which a batch whose worker died goes to another one
   * @param isAlone no other process has batches in hand
   */
  static async open(
    sql: SqlExecutor,
    schema: string,
    campaign: number,
    { expireSeconds, isAlone }: { readonly expireSeconds: number; readonly isAlone: boolean },
  ): Promise<BatchQueue> {
    const boss = new PgBoss({
      db: databaseOf(sql),
      schema: `${schema}_queue`,
      supervise: false,
      schedule: false,
      registerInstance: false,
      monitorVacuum: false,
      reindex: false,
      monitorIntervalSeconds: 1,
    });
    // What goes wrong in the background goes wrong again in a call, and is told there.
    boss.on("error", () => {});
    await boss.start();
    const name = queueOf(campaign);
    await boss.createQueue(givenUp(name));
    await boss.createQueue(name, {
      deadLetter: givenUp(name),
      retryLimit: MOST_ATTEMPTS - 1,
      heartbeatSeconds: expireSeconds,
      expireInSeconds: LONGEST_BATCH_SECONDS,
      retentionSeconds: YEAR_SECONDS,
    });
    if (isAlone) await boss.deleteAllJobs(name);
    return new BatchQueue(sql, boss, name);
  }

  /** Those that are there already stay as they are. */
  async add(batches: readonly PlannedBatch[], session: SqlSession = this.#sql): Promise<void> {
    if (batches.length === 0) return;
    await this.#boss.insert(
      this.#name,
      batches.map((batch) => ({ id: idOf(this.#name, batch), data: { ...batch } })),
      { db: databaseOf(session) },
    );
  }

  /** Forgets batches that are done or given up, so that they can be added again. */
  async clearEnded(): Promise<void> {
    await this.#boss.deleteStoredJobs(this.#name);
    await this.#boss.deleteAllJobs(givenUp(this.#name));
  }

  async take(): Promise<QueuedBatch | undefined> {
    const [job] = await this.#boss.fetch<PlannedBatch>(this.#name);
    if (job === undefined) return undefined;
    this.#taken.set(job.id, job.retryCount);
    return { ...job.data, id: job.id, attempt: job.retryCount };
  }

  /** Gives batches whose workers died to others. */
  async expire(): Promise<void> {
    await this.#boss.supervise(this.#name);
  }

  /** @returns a batch that was given up */
  async failed(): Promise<PlannedBatch | undefined> {
    const [job] = await this.#boss.findJobs<PlannedBatch>(givenUp(this.#name), { limit: 1 });
    return job?.data;
  }

  async end(session: SqlSession, batch: { id: string; attempt: number }): Promise<void> {
    const job = { id: batch.id, retryCount: batch.attempt };
    await this.#boss.complete(this.#name, job, undefined, { db: databaseOf(session) });
  }

  forget(id: string): void {
    this.#taken.delete(id);
  }

  /** Puts a batch back as if it had never been taken. */
  async giveBack({ id, variant, indexes }: QueuedBatch): Promise<void> {
    this.#taken.delete(id);
    await this.#sql.transaction(async (session) => {
      await this.#boss.deleteJob(this.#name, id, { db: databaseOf(session) });
      await this.add([{ variant, indexes }], session);
    });
  }

  /** Removes the queue of a campaign that is no more. */
  async removeOf(campaign: number): Promise<void> {
    await this.#boss.deleteQueue(queueOf(campaign));
    await this.#boss.deleteQueue(givenUp(queueOf(campaign)));
  }

  async close(): Promise<void> {
    clearInterval(this.#refresh);
    await this.#boss.stop({ graceful: false, close: false });
  }

  async #touch(): Promise<void> {
    const jobs = [...this.#taken].map(([id, retryCount]) => ({ id, retryCount }));
    // A heartbeat that does not get through is followed by the next one.
    if (jobs.length > 0) await this.#boss.touch(this.#name, jobs).catch(() => {});
  }
}

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

function queueOf(campaign: number): string {
  return `campaign-${campaign}`;
}

function givenUp(queue: string): string {
  return `${queue}-given-up`;
}

/** A UUID: the same batch of a queue has the same, so that it is never there twice. */
function idOf(queue: string, { variant, indexes }: PlannedBatch): string {
  const text = JSON.stringify([queue, variant, indexes]);
  const digest = createHash("sha256").update(text).digest("hex");
  return [0, 8, 12, 16, 20].map((from, i) => digest.slice(from, [8, 12, 16, 20, 32][i])).join("-");
}
