import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BatchQueue, queueSchemaOf } from "../../../plugins/result-store/batch-queue.ts";
import { PostgresExecutor } from "../../../plugins/result-store/postgres-executor.ts";
import type { SqlExecutor } from "../../../plugins/result-store/sql-executor.ts";
import { hasPostgres, startPostgres } from "./postgres-server.ts";
import type { PostgresServer } from "./postgres-server.ts";

describe.skipIf(!hasPostgres)("queues of one schema", { timeout: 60_000 }, () => {
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
  });
  afterAll(() => server.remove());

  it("make their tables once when all of them saw none", async () => {
    const count = 4;
    const gate = gateFor(count);
    const executors = Array.from({ length: count }, () => new PostgresExecutor(server.url()));
    // A connection that made a schema before looks less up when it makes another, and sees less of what others did.
    for (const [index, sql] of executors.entries()) await sql.query(`CREATE SCHEMA own_${index}`);
    const queues = await Promise.allSettled(
      executors.map((sql) =>
        BatchQueue.open(waitingToCreate(sql, gate), "crowded", {
          expireSeconds: 10,
          isAlone: false,
        }),
      ),
    );
    for (const sql of executors) await sql.close();
    expect(queues.map(({ status }) => status)).toEqual(Array(count).fill("fulfilled"));
    expect(server.run(`SELECT count(*) FROM ${queueSchemaOf("crowded")}.version`)).toBe("1");
  });
});

/** Resolves for all once `count` wait. */
function gateFor(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  return () => {
    waiting++;
    if (waiting === count) resolve();
    return promise;
  };
}

function waitingToCreate(sql: SqlExecutor, gate: () => Promise<void>): SqlExecutor {
  return {
    query: async (text, values) => {
      if (text.includes("CREATE SCHEMA")) await gate();
      return sql.query(text, values);
    },
    transaction: (work) => sql.transaction(work),
    close: () => sql.close(),
  };
}
