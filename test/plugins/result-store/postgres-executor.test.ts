import { describe, expect, it } from "vitest";
import { isPassing } from "../../../plugins/result-store/store-failure.ts";
import { PostgresExecutor } from "../../../plugins/result-store/postgres-executor.ts";
import { hasPostgres, startPostgres } from "./postgres-server.ts";

describe.skipIf(!hasPostgres)("statements on a PostgreSQL server", { timeout: 60_000 }, () => {
  it("are given up when no answer comes, and the next ones have another connection", async () => {
    const server = startPostgres();
    const sql = new PostgresExecutor(server.url(), 500);
    try {
      const slow = "SELECT pg_sleep(30)";
      const failures = [
        await sql.query(slow).catch((error: unknown) => error),
        await sql.transaction((session) => session.query(slow)).catch((error: unknown) => error),
      ];
      expect(failures.map(isPassing)).toEqual([true, true]);
      expect((await sql.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      expect(
        await sql.transaction(async (session) => (await session.query("SELECT 2 AS two")).rows),
      ).toEqual([{ two: 2 }]);
    } finally {
      await sql.close();
      server.remove();
    }
  });
});
