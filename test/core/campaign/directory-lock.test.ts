import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDirectory } from "../../../core/campaign/directory-lock.ts";

describe("the lock of a directory", () => {
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
    const unlock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_STORE_BUSY",
        message: `The directory is in use by process ${process.pid} on ${hostname()}.`,
      }),
    );
    unlock();
    lockDirectory(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is taken from a process that is dead, and from one whose number came again", () => {
    const dead = spawnSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" });
    leave({ host: hostname(), pid: Number(dead.stdout), started: "1" });
    lockDirectory(directory)();
    leave({ host: hostname(), pid: process.pid, started: "1" });
    lockDirectory(directory)();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("stays with processes that nothing is known of", () => {
    leave({ host: "elsewhere", pid: 1, started: "1" });
    expect(() => lockDirectory(directory)).toThrow("process 1 on elsewhere");
    leave("no JSON");
    expect(() => lockDirectory(directory)).toThrow("another process");
  });
});
