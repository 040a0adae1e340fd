// One process at a time has a directory: an embedded database that two processes write to is lost. The file `lock`
// names the process; one that is no longer alive on this host holds nothing.
import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Start of the process, where the host tells it: numbers of processes come again. */
  readonly started: string;
}

/**
 * @returns what gives the directory back
 * @throws XV_ERR_STORE_BUSY
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, "lock");
  const own = join(directory, `lock.${randomUUID()}`);
  const me: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  writeFileSync(own, JSON.stringify(me));
  try {
    for (;;) {
      if (hasLinked(own, path)) return () => rmSync(path, { force: true });
      const text = textOf(path);
      if (text === undefined) continue;
      const holder = holderOf(text);
      if (holder === undefined || isAlive(holder)) throw busy(directory, path, holder);
      removeStale(path, text);
    }
  } finally {
    unlinkSync(own);
  }
}

function hasLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the file out of the way; whoever took the directory meanwhile gets it back. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (textOf(aside) !== text) hasLinked(aside, path);
  unlinkSync(aside);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function holderOf(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    const { host, pid, started } = holder;
    if (typeof host !== "string" || typeof pid !== "number") return undefined;
    return { host, pid, started: String(started) };
  } catch {
    return undefined;
  }
}

/** Of processes elsewhere nothing is known, so they count as alive. */
function isAlive({ host, pid, started }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(pid) === started;
}

/** Field 22 of /proc/PID/stat (man 5 proc): ticks between the start of the system and that of the process. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function busy(directory: string, path: string, holder: Holder | undefined): ExtravirtError {
  const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new ExtravirtError("XV_ERR_STORE_BUSY", `The directory is in use by ${who}.`, {
    place: directory,
    remedy: `Wait for it or end it; when it is gone, delete ${path}. Several processes share a campaign in PostgreSQL (store: postgres).`,
  });
}
