import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoreRequest } from "../../../core/index.ts";
import { placeOf, postgres } from "../../../plugins/result-store/postgres.ts";
import { hasPostgres, startPostgres } from "./postgres-server.ts";
import type { PostgresServer } from "./postgres-server.ts";
import {
  assertStoreContract,
  batches,
  campaignNamed,
  collect,
  experimentsUpTo,
  resultOf,
  VARIANT,
} from "./store-contract.ts";

const DEFAULTS = { schema: "extravirt", patienceSeconds: 60, expireSeconds: 10 };

describe("the place of a PostgreSQL database", () => {
  it.each([
    ["postgres://me@db.example:5433/results?sslmode=require", "me@db.example:5433/results"],
    ["postgresql://db/results", "db/results"],
    ["postgres://me@/results?host=/run/postgresql", "me@/run/postgresql/results"],
    ["postgres://me:sec@ret@db/results", "me@db/results"],
    ["postgres://me:sec%40ret@db:1/results", "me@db:1/results"],
    ["postgres://me:1?secret@db/results", "the PostgreSQL database of the config"],
    ["postgres://me:sec/ret@db/results", "the PostgreSQL database of the config"],
    ["postgres://me:1/secret@db/results", "the PostgreSQL database of the config"],
    ["postgres://me:se#cret@db/results", "the PostgreSQL database of the config"],
  ])("of %s has no password in it", (url, place) => {
    expect(placeOf(url)).toBe(place);
  });
});

describe.skipIf(!hasPostgres)("results on a PostgreSQL server", { timeout: 60_000 }, () => {
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
  });
  afterAll(() => server.remove());

  const open = (options: Record<string, unknown> = {}, request: Partial<StoreRequest> = {}) =>
    postgres.open(
      { ...DEFAULTS, url: server.url(), ...options },
      { mode: "begin", campaign: campaignNamed("own"), directory: "/nonexistent", ...request },
    );

  assertStoreContract((mode, campaign) => open({}, { mode, campaign }));

  it("waits for a server that restarts, and loses and repeats nothing", async () => {
    const notes: string[] = [];
    const store = await open(
      {},
      { campaign: campaignNamed("restart"), notify: (message) => notes.push(message) },
    );
    await store.plan(VARIANT, batches(8, 4));
    const batch = (await store.takeBatch("pair"))!;
    server.stop();
    const completed = store.complete(batch, batch.experiments.map(resultOf));
    setTimeout(() => server.start(), 300);
    await completed;
    expect(notes).toEqual([expect.stringContaining("does not answer; trying again")]);
    server.restart();
    const other = (await store.takeBatch("pair"))!;
    server.restart();
    await store.complete(other, other.experiments.map(resultOf));
    expect((await collect(store.results())).map(({ index }) => index)).toEqual(
      experimentsUpTo(8).map(({ index }) => index),
    );
    await store.close();
  });

  it("gives the batch of a worker that died to another one", async () => {
    const campaign = campaignNamed("died");
    const store = await open({}, { campaign });
    await store.plan(VARIANT, batches(4, 4));
    const dead = (await store.takeBatch("pair"))!;
    // As if nothing had been heard of it for long.
    server.run(
      `UPDATE extravirt_queue.job SET heartbeat_on = now() - interval '1 minute' WHERE id = '${dead.id}'`,
    );
    const worker = await open({}, { campaign, mode: "join" });
    const again = (await worker.takeBatch("pair"))!;
    expect(again).toEqual({ ...dead, attempt: 1 });
    await worker.complete(again, again.experiments.map(resultOf));
    // The dead one was only slow.
    await store.complete(dead, dead.experiments.map(resultOf));
    expect(await store.progress()).toMatchObject({ planned: 4, done: 4 });
    expect(await store.takeBatch("pair")).toBeUndefined();
    await worker.close();
    await store.close();
  });

  it("gives up a batch that ends every worker, until the campaign is begun again", async () => {
    const campaign = campaignNamed("deadly");
    const store = await open({}, { campaign });
    await store.plan(VARIANT, batches(4, 4));
    for (let attempt = 0; attempt < 5; attempt++) {
      const batch = (await store.takeBatch("pair"))!;
      expect(batch.attempt).toBe(attempt);
      server.run(
        `UPDATE extravirt_queue.job SET heartbeat_on = now() - interval '1 minute' WHERE id = '${batch.id}';
         UPDATE extravirt_queue.queue SET monitor_claim_on = NULL, monitor_on = NULL`,
      );
      if (attempt < 4) continue;
      await expect(store.takeBatch("pair")).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_BATCH_FAILED",
        message: expect.stringContaining(
          "Experiments 0, 1, 2, 3 of variant pair were begun 5 times",
        ),
      });
    }
    await store.close();
    const again = await open({}, { campaign });
    await again.plan(VARIANT, batches(4, 4));
    expect(await again.takeBatch("pair")).toMatchObject({ attempt: 0 });
    await again.close();
  });

  it("has workers ended that go on with a campaign begun anew", async () => {
    const campaign = campaignNamed("replaced");
    const store = await open({}, { campaign });
    await store.plan(VARIANT, batches(2, 2));
    const batch = (await store.takeBatch("pair"))!;
    const anew = await open({}, { campaign, mode: "begin-anew" });
    await expect(store.complete(batch, batch.experiments.map(resultOf))).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_UNKNOWN",
    });
    await store.close();
    expect(await anew.progress()).toMatchObject({ planned: 0, done: 0 });
    await anew.close();
  });

  it("forgets nothing that was begun elsewhere, and says where that was", async () => {
    const campaign = { ...campaignNamed("mine"), origin: "here:/a/mine.campaign" };
    const store = await open({}, { campaign });
    await store.plan(VARIANT, batches(2, 2));
    await store.finishPlan();
    await store.close();
    // Its machine may be another one, which is seen later.
    const alike = await open({}, { campaign: { ...campaign, origin: "here:/b/mine.campaign" } });
    await alike.close();
    const others = { ...campaignNamed("mine", 2), origin: "here:/b/mine.campaign" };
    for (const [mode, message] of [
      ["begin", /config.seed: 1 before, 2 now/],
      ["begin-anew", /begun in here:\/a\/mine.campaign, and is not forgotten from here/],
    ] as const) {
      const error: unknown = await open({}, { campaign: others, mode }).catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: "XV_ERR_CAMPAIGN_CHANGED",
        message: expect.stringMatching(message),
        remedy: expect.stringContaining("campaign.name"),
      });
    }
    await expect(open({}, { campaign: others })).rejects.toMatchObject({
      remedy: expect.not.stringContaining("--fresh"),
    });
    const kept = await open({}, { campaign: others, mode: "read" });
    expect(kept.campaign).toEqual(campaign);
    expect(await kept.progress()).toMatchObject({ planned: 2, isPlanned: true });
    await kept.close();
    const anew = await open(
      {},
      { campaign: { ...others, origin: campaign.origin }, mode: "begin-anew" },
    );
    expect(anew.campaign.definition).toEqual(others.definition);
    await anew.close();
  });

  it("says in the user's words what the database complains of", async () => {
    server.run("CREATE SCHEMA foreign_things CREATE TABLE cats (name text)");
    server.run("CREATE SCHEMA pets_queue CREATE TABLE version (version integer)");
    server.run("INSERT INTO pets_queue.version VALUES (24)");
    server.run("CREATE ROLE guest LOGIN");
    server.run("CREATE DATABASE standby");
    server.run("ALTER DATABASE standby SET default_transaction_read_only = on");
    const cases = [
      [{ schema: "foreign_things" }, "XV_ERR_STORE_FOREIGN"],
      [{ schema: "pets" }, "XV_ERR_STORE_FOREIGN"],
      [{ url: server.url("postgres", "guest"), schema: "other" }, "XV_ERR_STORE_DENIED"],
      [{ url: server.url("postgres", "guest") }, "XV_ERR_STORE_DENIED"],
      [{ url: server.url("missing") }, "XV_ERR_STORE_UNREACHABLE"],
      [{ url: server.url("standby") }, "XV_ERR_STORE_READ_ONLY"],
      [
        { url: "postgres://me:secret@127.0.0.1:1/results?x=1", patienceSeconds: 0 },
        "XV_ERR_STORE_UNREACHABLE",
      ],
      [{ url: "postgres://me:secret@host:no-port/results" }, "XV_ERR_STORE_UNREACHABLE"],
    ] as const;
    for (const [options, code] of cases) {
      await expect(open(options), JSON.stringify(options)).rejects.toMatchObject({
        code,
        place: expect.not.stringContaining("secret"),
      });
    }
    expect(server.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'foreign_things'")).toBe(
      "1",
    );
  });

  it("refuses tables of a newer version", async () => {
    await (await open({ schema: "newer" })).close();
    server.run("INSERT INTO newer.migration (version) VALUES (99)");
    await expect(open({ schema: "newer" })).rejects.toMatchObject({
      code: "XV_ERR_STORE_VERSION",
      value: "99",
    });
  });

  it("makes its tables once when several begin at the same moment", async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => open({ schema: "crowded" })));
    expect(server.run("SELECT count(*) FROM crowded.campaign")).toBe("1");
    for (const store of stores) await store.close();
  });
});
