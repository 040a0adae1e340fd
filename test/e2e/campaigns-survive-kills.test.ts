// Whatever is killed while a campaign runs (the process that began it, a worker, the database), its results are those of
// a campaign that nothing happened to, to the last byte of their export.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  hasPostgres,
  startPostgres,
  type PostgresServer,
} from "../plugins/result-store/postgres-server.ts";
import { guestFile } from "./guest-run.ts";

const MAIN = join(import.meta.dirname, "../../core/cli/main.ts");
const EXPERIMENTS = 400;
const PROGRESS = new RegExp(`of ${EXPERIMENTS} experiments`);
const MOST_DELAY_MS = 500;

const home = mkdtempSync(join(tmpdir(), "extravirt-kills-"));
afterAll(() => rmSync(home, { recursive: true }));

interface Cli {
  readonly child: ChildProcess;
  readonly seen: { out: string; err: string };
  readonly ended: Promise<number | null>;
}

function start(...args: string[]): Cli {
  const child = spawn(process.execPath, [MAIN, "campaign", ...args], { cwd: home });
  const seen = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (seen.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (seen.err += text));
  return { child, seen, ended: once(child, "close").then(([code]) => code as number | null) };
}

async function toEnd(...args: string[]): Promise<string> {
  const { seen, ended } = start(...args);
  const code = await ended;
  expect(code, seen.err).toBe(0);
  return seen.out;
}

async function firstResults({ child, seen }: Cli): Promise<void> {
  while (!PROGRESS.test(seen.err) && child.exitCode === null) await delay(20);
  expect(seen.err).toMatch(PROGRESS);
}

/** At some moment after its first results. */
async function kill(cli: Cli): Promise<void> {
  await firstResults(cli);
  await delay(Math.random() * MOST_DELAY_MS);
  cli.child.kill("SIGKILL");
  await cli.ended;
}

function writeConfig(name: string, store: object): string {
  const config = {
    machine: {
      ram: "16 MiB",
      boot: { use: "elf", program: guestFile("small") },
      clock: { startTime: "2026-01-01T00:00:00Z" },
    },
    replication: { use: "pair", epochSteps: 100_000 },
    campaign: {
      experiments: EXPERIMENTS,
      models: ["register-bit-flip"],
      directory: `${name}.campaign`,
      workers: 1,
      ...store,
    },
  };
  // One name, so that tables are the same.
  writeFileSync(join(home, `${name}.json`), JSON.stringify(config));
  return `${name}.json`;
}

const withoutName = (table: string): string => table.replace(/^Campaign .*\n/, "");

async function exported(config: string): Promise<string> {
  await toEnd("export", config, "--out", "results.csv");
  return readFileSync(join(home, "results.csv"), "utf8");
}

describe("a campaign that is killed", () => {
  let table: string;
  let results: string;
  beforeAll(async () => {
    const undisturbed = writeConfig("undisturbed", {});
    table = withoutName(await toEnd(undisturbed));
    results = await exported(undisturbed);
  });

  it("goes on with the same command, and ends as if nothing had been", async () => {
    const config = writeConfig("killed", {});
    const interrupted = start(config);
    await firstResults(interrupted);
    interrupted.child.kill("SIGINT");
    expect(await interrupted.ended).toBe(130);
    expect(interrupted.seen.err).toMatch(/stopped at \d+ of 400 .*; the same command resumes/);
    expect(interrupted.seen.out).toBe("");
    await kill(start(config));
    expect(withoutName(await toEnd(config))).toBe(table);
  });

  describe.skipIf(!hasPostgres)("on a PostgreSQL server", () => {
    let server: PostgresServer;
    beforeAll(() => {
      server = startPostgres();
    });
    afterAll(() => server.remove());

    it("loses nothing with its workers, its runner or its database", async () => {
      const store = { use: "postgres", url: server.url(), expireSeconds: 10 };
      const config = writeConfig("shared", { store });
      const runner = start(config);
      await kill(runner);
      const worker = start("worker", config);
      const workers = (): string =>
        server.run("SELECT count(DISTINCT worker) FROM extravirt.result");
      while (workers() !== "2" && worker.child.exitCode === null) await delay(50);
      server.restart();
      await delay(Math.random() * MOST_DELAY_MS);
      worker.child.kill("SIGKILL");
      await worker.ended;
      const helper = start("worker", config);
      expect(withoutName(await toEnd(config))).toBe(table);
      expect(await helper.ended, helper.seen.err).toBe(0);
      expect(results.split("\r\n").length).toBe(EXPERIMENTS + 2);
      expect(await exported(config)).toBe(results);
      expect(Number(workers())).toBeGreaterThan(1);
    });
  });
});
