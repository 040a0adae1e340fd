import { mkdtempSync, readdirSync, rmSync } from "node:fs";
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
});
