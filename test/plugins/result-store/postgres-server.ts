// A PostgreSQL server of a test's own, in a temporary directory, reached over a Unix socket. PostgreSQL refuses to run
// as root, so root hands over to the user `nobody`.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireTool } from "../../require-tool.ts";

const DEBIAN_PROGRAMS = "/usr/lib/postgresql";

export const hasPostgres: boolean = requireTool({
  name: "PostgreSQL server",
  command: [program("pg_ctl"), "--version"],
  debianPackage: "postgresql",
});

export interface PostgresServer {
  /** For the option `url`. */
  url(database?: string, user?: string): string;
  /** One statement as the administrator. */
  run(statement: string, database?: string): string;
  /** Ends all connections at once, as a crash does, and comes back. */
  restart(): void;
  stop(): void;
  start(): void;
  /** Stops it and removes its data. */
  remove(): void;
}

export function startPostgres(): PostgresServer {
  const home = mkdtempSync(join(tmpdir(), "extravirt-postgres-"));
  chmodSync(home, 0o755);
  if (process.getuid?.() === 0) chownSync(home, ...nobody());
  const data = join(home, "data");
  asUser("initdb", "--pgdata", data, "--auth", "trust", "--username", "admin", "--no-sync");
  const control = (...args: string[]): void =>
    void asUser("pg_ctl", "--pgdata", data, "--wait", "--log", join(home, "log"), ...args);
  const start = (): void =>
    control("start", "--options", `-c listen_addresses= -c unix_socket_directories=${home} -F`);
  start();
  return {
    url: (database = "postgres", user = "admin") =>
      `postgres://${user}@/${database}?host=${encodeURIComponent(home)}`,
    run: (statement, database = "postgres") =>
      asUser("psql", "-h", home, "-U", "admin", "-d", database, "-tAc", statement).trim(),
    restart: () => control("restart", "--mode", "immediate"),
    stop: () => control("stop", "--mode", "immediate"),
    start,
    remove: () => {
      if (existsSync(join(data, "postmaster.pid"))) control("stop", "--mode", "immediate");
      rmSync(home, { recursive: true });
    },
  };
}

function asUser(name: string, ...args: string[]): string {
  const [command, before] =
    process.getuid?.() === 0
      ? ["setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program(name)]]
      : [program(name), []];
  return execFileSync(command as string, [...(before as string[]), ...args], {
    encoding: "utf8",
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function nobody(): [number, number] {
  const idOf = (flag: string): number =>
    Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return [idOf("-u"), idOf("-g")];
}

/** Debian keeps the programs of each version apart, and only some of them on PATH. */
function program(name: string): string {
  if (!existsSync(DEBIAN_PROGRAMS)) return name;
  const [newest] = readdirSync(DEBIAN_PROGRAMS).sort((a, b) => Number(b) - Number(a));
  return join(DEBIAN_PROGRAMS, newest ?? "", "bin", name);
}
