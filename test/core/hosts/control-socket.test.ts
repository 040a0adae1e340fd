import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { ControlSocket, sendReprotect } from "../../../core/hosts/control-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-control-"));
afterAll(() => rmSync(folder, { recursive: true }));

const STATUS = { missing: ["far:1"], term: 4, isOpen: false, replicas: 1 };
const commands = { reprotect: () => Promise.resolve(STATUS) };

describe("ControlSocket", () => {
  it("answers its command, for its owner only, and knows no other", async () => {
    const path = join(folder, "one");
    const control = await ControlSocket.open(path, commands);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await sendReprotect(path)).toEqual(STATUS);
    for (const text of ["stop\n", "x".repeat(1000)]) {
      const socket = connect(path);
      socket.on("error", () => {});
      const answer = socket.toArray().catch(() => []);
      socket.end(text);
      expect(await answer).toEqual([]);
    }
    await expect(ControlSocket.open(path, commands)).rejects.toMatchObject({
      code: "XV_ERR_HOST_CONTROL",
      value: path,
    });
    await control.close();
    expect(existsSync(path)).toBe(false);
    await expect(sendReprotect(path)).rejects.toThrow("No run answers there");
  });

  it("takes the place of one whose run was killed", async () => {
    const path = join(folder, "stale");
    const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", script]);
    expect(existsSync(path)).toBe(true);
    const control = await ControlSocket.open(path, commands);
    const socket = connect(path);
    await once(socket, "connect");
    socket.destroy();
    await control.close();
  });

  it("takes no file's place, nor that of a link to a socket", async () => {
    const file = join(folder, "precious");
    writeFileSync(file, "data");
    await expect(ControlSocket.open(file, commands)).rejects.toMatchObject({
      code: "XV_ERR_HOST_CONTROL",
      value: file,
      message: expect.stringContaining("no socket"),
    });
    expect(readFileSync(file, "utf8")).toBe("data");
    const link = join(folder, "link");
    symlinkSync(file, link);
    await expect(ControlSocket.open(link, commands)).rejects.toMatchObject({ value: link });
    expect(existsSync(link)).toBe(true);
  });

  it("closes whoever is connected still, and those who say nothing by itself", async () => {
    const path = join(folder, "idle");
    const control = await ControlSocket.open(path, commands);
    const idle = connect(path);
    await once(idle, "connect");
    await expect(control.close()).resolves.toBeUndefined();
    idle.destroy();
    const second = await ControlSocket.open(path, commands, 20);
    const silent = connect(path);
    silent.resume();
    await once(silent, "close");
    await second.close();
  });

  it("says where it can't be made", async () => {
    const path = join(folder, "missing", "socket");
    await expect(ControlSocket.open(path, commands)).rejects.toMatchObject({
      place: "placement.control",
      value: path,
    });
  });
});
