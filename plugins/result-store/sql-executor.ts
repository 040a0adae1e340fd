// The part of PostgreSQL that a result store needs. PGlite and servers differ in this alone.

export type Row = Readonly<Record<string, unknown>>;

export interface SqlSession {
  /** Values stand for $1, $2, ... Without values, several statements at once are fine. */
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
}

export interface SqlExecutor extends SqlSession {
  /** All of it or nothing; rejects with what `work` rejects with. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
