import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { guestFile } from "../../e2e/guest-run.ts";
import { capture } from "./capture-io.ts";
import { ControlSocket, type HostsStatus } from "../../../core/hosts/control-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("extravirt host", () => {
  it("refuses addresses and keys that are none", async () => {
    const key = join(folder, "key");
    const bad = await capture(["host", "--listen", "here", "--key", key]);
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining("XV_ERR_HOST_ADDRESS")]);
    const none = await capture(["host", "--listen", "127.0.0.1:0", "--key", key]);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("XV_ERR_HOST_KEY_FILE")]);
  });
});

describe("extravirt host --silence-ms", () => {
  it.each(["abc", "", "-1", "99", "1e4"])("ends no replica after %j", async (silence) => {
    const args = ["host", "--listen", "127.0.0.1:0", "--key", "none", `--silence-ms=${silence}`];
    const { code, err } = await capture(args);
    expect([code, err]).toEqual([2, expect.stringContaining("XV_ERR_CLI_WAIT")]);
  });
});

describe("extravirt reprotect", () => {
  const configWith = (placement: object): string => {
    const path = join(folder, "config.json");
    const machine = { boot: { use: "elf", program: guestFile("small") } };
    writeFileSync(path, JSON.stringify({ machine, placement }));
    return path;
  };

  it("tells what became of it, and fails while something is missing", async () => {
    const socket = join(folder, "control");
    const whole: HostsStatus = { missing: [], term: 3, isOpen: true, replicas: 2 };
    let status: HostsStatus = { ...whole, missing: ["far:1"], isOpen: false, replicas: 1 };
    const control = await ControlSocket.open(socket, { reprotect: () => Promise.resolve(status) });
    const config = configWith({ use: "hosts", hosts: ["far:1"], key: "key", control: socket });
    const early = await capture(["reprotect", config, "--wait-ms", "0"]);
    expect([early.code, early.out]).toEqual([
      2,
      "not reached: far:1; 1 replica alive; outputs are held back\n",
    ]);
    status = { ...status, reasons: { "far:1": "The host runs other code." } };
    const told = await capture(["reprotect", config, "--wait-ms", "0"]);
    expect(told.out).toContain("not reached: far:1 (The host runs other code); 1 replica");
    status = whole;
    const late = await capture(["reprotect", "--socket", socket]);
    expect([late.code, late.out]).toEqual([
      0,
      "all machines are reached; 2 replicas alive; outputs may leave, term 3\n",
    ]);
    await control.close();
    const gone = await capture(["reprotect", config]);
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining("No run answers there")]);
  });

  it.each(["abc", "", "-1", "Infinity"])("waits for no time such as %j", async (wait) => {
    const { code, err } = await capture(["reprotect", "--socket", "none", `--wait-ms=${wait}`]);
    expect([code, err]).toEqual([2, expect.stringContaining("XV_ERR_CLI_WAIT")]);
  });

  it("needs a socket", async () => {
    const { code, err } = await capture(["reprotect", configWith({ use: "worker-threads" })]);
    expect([code, err]).toEqual([2, expect.stringContaining("XV_ERR_HOST_CONTROL")]);
  });
});
