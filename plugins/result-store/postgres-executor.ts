// Statements on a PostgreSQL server, over a pool of connections.
import { Pool } from "pg";
import type { PoolClient, QueryResult } from "pg";
import type { Row, SqlExecutor, SqlSession } from "./sql-executor.ts";
import { isBroken } from "./store-failure.ts";

const CONNECTIONS = 4;
const CONNECT_MS = 5000;
/** A server that vanished sends nothing, not even that it is gone; no statement of a store takes so long. */
const SILENT_MS = 120_000;
const KEEP_ALIVE_MS = 10_000;

export class PostgresExecutor implements SqlExecutor {
  readonly #pool: Pool;

  /**
   * @param url undefined where the environment says it all (PGHOST, PGUSER, ...)
   * @param silentMs how long to wait for the answer to a statement
   */
  constructor(url: string | undefined, silentMs: number = SILENT_MS) {
    this.#pool = new Pool({
      ...(url === undefined ? {} : { connectionString: url }),
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: silentMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: "extravirt",
    });
    // A connection that breaks while idle is replaced when it is needed.
    this.#pool.on("error", () => {});
  }

  async query(text: string, values?: readonly unknown[]): Promise<{ rows: readonly Row[] }> {
    return rowsOf(await this.#pool.query(text, values === undefined ? undefined : [...values]));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let problem: Error | undefined;
    // Told once more as the failure of the statement that was running.
    const onError = (): void => {};
    client.on("error", onError);
    try {
      await client.query("BEGIN");
      const result = await work(sessionOf(client));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      // Closing the connection rolls back, too, and a broken one would only be waited for once more.
      if (isBroken(error)) problem = error as Error;
      else {
        await client.query("ROLLBACK").catch((failure: Error) => {
          problem = failure;
        });
      }
      throw error;
    } finally {
      client.off("error", onError);
      client.release(problem);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

function sessionOf(client: PoolClient): SqlSession {
  return {
    query: async (text, values) =>
      rowsOf(await client.query(text, values === undefined ? undefined : [...values])),
  };
}

/** Several statements at once give a list of results. */
function rowsOf(result: QueryResult | readonly QueryResult[]): { rows: readonly Row[] } {
  const results = Array.isArray(result) ? (result as QueryResult[]) : [result as QueryResult];
  return { rows: results.flatMap(({ rows }) => rows as Row[]) };
}
