// Statements on PGlite: PostgreSQL inside of this process, with one session.
import type { PGlite, Transaction } from "@electric-sql/pglite";
import type { Row, SqlExecutor, SqlSession } from "./sql-executor.ts";

export class PgliteExecutor implements SqlExecutor {
  readonly #database: PGlite;

  constructor(database: PGlite) {
    this.#database = database;
  }

  async query(text: string, values?: readonly unknown[]): Promise<{ rows: readonly Row[] }> {
    try {
      return await run(this.#database, text, values);
    } catch (error) {
      // A text of several statements may have begun a transaction of its own.
      await this.#database.exec("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.#database.transaction((transaction) =>
      work({ query: (text, values) => run(transaction, text, values) }),
    );
  }

  async close(): Promise<void> {
    if (!this.#database.closed) await this.#database.close();
  }
}

/** Only statements without values may be several. */
async function run(
  database: PGlite | Transaction,
  text: string,
  values?: readonly unknown[],
): Promise<{ rows: readonly Row[] }> {
  if (values !== undefined && values.length > 0) return database.query<Row>(text, [...values]);
  const results = await database.exec(text);
  return { rows: results.flatMap(({ rows }) => rows as Row[]) };
}
