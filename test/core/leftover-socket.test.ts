import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { removeLeftoverSocket } from "../../core/leftover-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-leftover-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("removeLeftoverSocket", () => {
  it("removes the socket of a program that was killed, and nothing else", async () => {
    const path = (name: string): string => join(folder, name);
    expect(await removeLeftoverSocket(path("nothing"))).toBe("free");
    writeFileSync(path("file"), "data");
    mkdirSync(path("folder"));
    expect(await removeLeftoverSocket(path("file"))).toBe("no-socket");
    expect(await removeLeftoverSocket(path("folder"))).toBe("no-socket");
    const server = createServer().listen(path("live"));
    await once(server, "listening");
    expect(await removeLeftoverSocket(path("live"))).toBe("in-use");
    expect(["file", "folder", "live"].map((name) => existsSync(path(name)))).toEqual([
      true,
      true,
      true,
    ]);
    server.close();
    const script = `require("net").createServer().listen(${JSON.stringify(path("dead"))}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", script]);
    expect(existsSync(path("dead"))).toBe(true);
    expect(await removeLeftoverSocket(path("dead"))).toBe("free");
    expect(existsSync(path("dead"))).toBe(false);
  });
});
