import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { passt, passtArguments } from "../../../../plugins/backends/network/passt.ts";
import { startPasst } from "../../../../plugins/backends/network/start-passt.ts";
import { decodeNetInput } from "../../../../plugins/devices/virtio/net/wire-format.ts";
import { requireTool } from "../../../require-tool.ts";
import { BackendBench } from "../backend-bench.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const hasPasst = requireTool({
  name: "passt",
  command: ["passt", "--version"],
  debianPackage: "passt",
});
/** Other processes may have the host's cores. */
const PATIENCE_MS = 20_000;
const ARP_FOR_GATEWAY = Buffer.from(
  "ffffffffffff525400585601080600010800060400015254005856010a00020f0000000000000a000202",
  "hex",
);

describe("backend passt", () => {
  it("asks for one address, its gateway and the ports to forward", () => {
    const options = { forward: ["8080:80", "127.0.0.1/2222:22"], arguments: ["--no-dhcp"] };
    expect(passtArguments(options).join(" ")).toBe(
      "--ipv4-only --address 10.0.2.15 --netmask 24 --gateway 10.0.2.2 " +
        "--tcp-ports 8080:80 --tcp-ports 127.0.0.1/2222:22 --udp-ports none --no-dhcp",
    );
  });

  it("says that the program is missing, and what else to do", async () => {
    const program = "/nowhere/passt";
    await expect(passt.open({ program }, new BackendBench())).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_PASST",
      value: program,
      remedy: expect.stringContaining("Install the package passt"),
    });
  });

  it("repeats what the program said when it does not start", async () => {
    const program = join(temporaryDirectory(), "passt");
    const script = '#!/bin/sh\necho "the port is taken" >&2\necho "1 byte to syslog" >&2\nexit 3\n';
    writeFileSync(program, script, { mode: 0o755 });
    await expect(passt.open({ program }, new BackendBench())).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_PASST",
      message: 'cannot start passt: it ended with 3, saying "the port is taken"',
    });
  });
});

describe("startPasst", { timeout: PATIENCE_MS }, () => {
  /** A program that writes its number down and never goes into the background. */
  function staying(): { readonly program: string; readonly pid: () => number } {
    const folder = temporaryDirectory();
    const program = join(folder, "passt");
    writeFileSync(
      program,
      `#!/bin/sh\necho $$ > ${folder}/pid\necho "I stay" >&2\nexec sleep 60\n`,
      {
        mode: 0o755,
      },
    );
    return { program, pid: () => Number(readFileSync(join(folder, "pid"), "utf8")) };
  }

  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it("ends a program that does not go into the background in time, and says what it said", async () => {
    const { program, pid } = staying();
    await expect(startPasst(program, [], undefined, 1000)).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_PASST",
      message: 'cannot start passt: it was not ready within 1000 ms, saying "I stay"',
    });
    await vi.waitFor(() => expect(isGone(pid())).toBe(true), PATIENCE_MS);
  });

  it("waits no longer than the run lasts", async () => {
    const { program, pid } = staying();
    const end = new AbortController();
    const started = startPasst(program, [], end.signal, PATIENCE_MS);
    await vi.waitFor(() => expect(pid()).toBeGreaterThan(0), PATIENCE_MS);
    end.abort();
    await expect(started).rejects.toMatchObject({ code: "XV_ERR_NETWORK_PASST" });
    await vi.waitFor(() => expect(isGone(pid())).toBe(true), PATIENCE_MS);
  });
});

describe.skipIf(!hasPasst)("passt itself", { timeout: PATIENCE_MS }, () => {
  it("answers for the gateway, and listens at the ports to forward", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");
    const bench = new BackendBench();
    const backend = await passt.open({ forward: [`127.0.0.1/${port}:80`] }, bench);
    try {
      backend.start();
      backend.output(ARP_FOR_GATEWAY);
      await vi.waitFor(() => expect(bench.inputs.length).toBeGreaterThan(0), PATIENCE_MS);
      const answers = bench.inputs.map((bytes) => decodeNetInput(bytes));
      const frames = answers.map((input) =>
        Buffer.from(input?.kind === "frame" ? input.frame : []).toString("hex"),
      );
      expect(frames.some((frame) => frame.includes("08060001080006040002"))).toBe(true);
      const taken = createServer().listen(port, "127.0.0.1");
      const [error] = await once(taken, "error");
      expect(error).toMatchObject({ code: "EADDRINUSE" });
    } finally {
      await backend.close();
    }
  });
});
