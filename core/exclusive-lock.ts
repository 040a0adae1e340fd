// One process at a time has something. A file names the process; one that is no longer alive on this host holds nothing.
// Of processes elsewhere one only sees whether they still write to the file, which the holder does every few seconds.
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";

const REFRESH_MS = 10_000;
/** A holder on another host that wrote nothing for so long is dead. */
const DEAD_MS = 60_000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Start of the process, where the host tells it: numbers of processes come again. */
  readonly started: string;
}

interface Found {
  readonly text: string;
  /** By the clock of the file system. */
  readonly writtenMs: number;
}

/**
 * @param path of the file, in a directory that exists
 * @param busy the error for who comes second, told who holds it: "process 17 on host"
 * @returns what gives it back
 */
export function lockExclusively(path: string, busy: (holder: string) => Error): () => void {
  const own = `${path}.${randomUUID()}`;
  const me: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  const file = openSync(own, "wx");
  let isHeld = false;
  try {
    const text = JSON.stringify(me);
    writeSync(file, text, 0);
    for (;;) {
      isHeld = hasLinked(own, path);
      if (isHeld) return holdLock(file, path, text);
      const found = foundAt(path);
      if (found === undefined) continue;
      const silentMs = fstatSync(file).mtimeMs - found.writtenMs;
      const holder = holderOf(found.text);
      if (isAlive(holder, silentMs)) throw busy(nameOf(holder));
      removeStale(path, found);
    }
  } finally {
    unlinkSync(own);
    if (!isHeld) closeSync(file);
  }
}

/** Writes the same again and again: the file system's clock, which all hosts share, tells that this process lives. */
function holdLock(file: number, path: string, text: string): () => void {
  const refresh = setInterval(() => {
    try {
      writeSync(file, text, 0);
    } catch {
      // A full disk, say: another try follows.
    }
  }, REFRESH_MS).unref();
  return () => {
    clearInterval(refresh);
    try {
      // Not the lock of somebody who took this process for dead.
      const { ino } = fstatSync(file);
      if (statSync(path, { throwIfNoEntry: false })?.ino === ino) unlinkSync(path);
    } finally {
      closeSync(file);
    }
  };
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

/** Moves the file out of the way; whoever took the lock meanwhile gets it back. */
function removeStale(path: string, stale: Found): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = foundAt(aside);
  if (moved?.text !== stale.text || moved.writtenMs !== stale.writtenMs) hasLinked(aside, path);
  unlinkSync(aside);
}

function foundAt(path: string): Found | undefined {
  try {
    return { writtenMs: statSync(path).mtimeMs, text: readFileSync(path, "utf8") };
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

/** @param holder undefined where the file does not tell */
function isAlive(holder: Holder | undefined, silentMs: number): boolean {
  if (holder?.host !== hostname()) return silentMs < DEAD_MS;
  const { pid, started } = holder;
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

const nameOf = (holder: Holder | undefined): string =>
  holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
