import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lockExclusively } from "../../core/exclusive-lock.ts";

const lock = (directory: string): (() => void) =>
  lockExclusively(join(directory, "lock"), (holder) => new Error(`in use by ${holder}`));

describe("an exclusive lock", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "extravirt-lock-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const leave = (content: object | string): void =>
    writeFileSync(
      join(directory, "lock"),
      typeof content === "string" ? content : JSON.stringify(content),
    );

  it("is held by one until it is given back, and leaves nothing behind", () => {
    const unlock = lock(directory);
    expect(() => lock(directory)).toThrow(`in use by process ${process.pid} on ${hostname()}`);
    unlock();
    lock(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is taken from a process that is dead, and from one whose number came again", () => {
    const dead = spawnSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" });
    leave({ host: hostname(), pid: Number(dead.stdout), started: "1" });
    lock(directory)();
    leave({ host: hostname(), pid: process.pid, started: "1" });
    lock(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("stays with processes that nothing is known of", () => {
    leave({ host: "elsewhere", pid: 1, started: "1" });
    expect(() => lock(directory)).toThrow("process 1 on elsewhere");
    leave("no JSON");
    expect(() => lock(directory)).toThrow("another process");
  });

  const age = (seconds: number): void => {
    const then = Date.now() / 1000 - seconds;
    utimesSync(join(directory, "lock"), then, then);
  };

  it("is taken from a process elsewhere that gave no sign of life for a minute", () => {
    leave({ host: "elsewhere", pid: 1, started: "1" });
    age(30);
    expect(() => lock(directory)).toThrow("process 1 on elsewhere");
    age(90);
    lock(directory)();
    leave("no JSON");
    age(90);
    lock(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("shows signs of life while it is held, and not afterwards", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const unlock = lock(directory);
      age(90);
      vi.advanceTimersByTime(15_000);
      expect(Date.now() - statSync(join(directory, "lock")).mtimeMs).toBeLessThan(60_000);
      const text = readFileSync(join(directory, "lock"), "utf8");
      expect(JSON.parse(text)).toMatchObject({ host: hostname(), pid: process.pid });
      unlock();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("leaves the lock alone of whoever took it for dead", () => {
    const unlock = lock(directory);
    rmSync(join(directory, "lock"));
    leave({ host: "elsewhere", pid: 1, started: "1" });
    unlock();
    expect(readdirSync(directory)).toEqual(["lock"]);
  });
});
