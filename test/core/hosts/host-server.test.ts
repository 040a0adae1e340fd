import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { connectHost } from "../../../core/hosts/connect-host.ts";
import type { Hello } from "../../../core/hosts/host-message.ts";
import { HostServer, MOST_STRANGERS } from "../../../core/hosts/host-server.ts";
import { RemoteProcess } from "../../../core/hosts/remote-process.ts";
import type { LeaseAnswer } from "../../../core/lease/lease-terms.ts";
import type { WireConnection } from "../../../core/wire/wire-connection.ts";
import { HELLO, LEASE } from "./coordinator-messages.ts";
import { FakeHost, KEY, QUIET } from "./fake-host.ts";

const PATIENT = { timeout: 20_000 };

function open(host: FakeHost, hello: Partial<Hello> = {}): Promise<WireConnection> {
  const access = { address: "far:1", key: Buffer.from(KEY), silenceMs: 600, reach: host.reach };
  return connectHost(access, { ...HELLO, ...hello });
}

async function ask(wire: WireConnection, request: object): Promise<LeaseAnswer> {
  const answer = new Promise((resolve) => wire.receive(resolve));
  wire.send(request);
  return (await answer) as LeaseAnswer;
}

/** A replica's process there, and what its user hears. */
function remote(wire: Promise<WireConnection>): {
  process: RemoteProcess;
  heard: unknown[];
  ends: unknown[][];
} {
  const process = new RemoteProcess(wire, "host far:1");
  const heard: unknown[] = [];
  const ends: unknown[][] = [];
  process.attach({
    replica: 0,
    logger: QUIET,
    onMessage: (message) => {
      if (message === "nonsense") throw new RangeError("it is no report");
      heard.push(message);
    },
    onEnd: (...end) => void ends.push(end),
  });
  return { process, heard, ends };
}

describe("HostServer", { timeout: 60_000 }, () => {
  it("grants leases, and fences older terms", async () => {
    const host = new FakeHost();
    const wire = await open(host);
    expect(await ask(wire, LEASE)).toMatchObject({ kind: "granted", term: 1 });
    expect(await ask(wire, { ...LEASE, holder: "other" })).toEqual({
      kind: "fenced",
      number: 1,
      term: 1,
    });
    expect(await ask(wire, { ...LEASE, term: 2, holder: "other" })).toMatchObject({ kind: "busy" });
    await host.server.close();
  });

  it("runs a replica as long as its connection, with the plugins that it has itself", async () => {
    const host = new FakeHost({ abc: "file:///here/plugin.ts" });
    await ask(await open(host), LEASE);
    const { process, heard, ends } = remote(
      open(host, { purpose: "replica", term: 1, plugins: ["abc"] }),
    );
    process.send({ kind: "save" });
    await expect.poll(() => host.processes[0]?.orders, PATIENT).toEqual([{ kind: "save" }]);
    const [own] = host.processes;
    expect(own?.plugins).toEqual(["file:///here/plugin.ts"]);
    expect([process.isCutOff, process.hasEnded, host.server.replicas]).toEqual([false, false, 1]);
    own?.user?.onMessage({ kind: "ready" });
    await expect.poll(() => heard, PATIENT).toEqual([{ kind: "ready" }]);
    host.links.at(-1)?.lose();
    await expect.poll(() => own?.isKilled, PATIENT).toBe(true);
    await expect
      .poll(() => ends, PATIENT)
      .toEqual([["the connection to host far:1 was lost", true]]);
    expect([process.isCutOff, process.hasEnded, host.server.replicas]).toEqual([true, true, 0]);
    await host.server.close();
  });

  it("tells a replica that died from one that was cut off, and hears no nonsense", async () => {
    const host = new FakeHost();
    await ask(await open(host), LEASE);
    const died = remote(open(host, { purpose: "replica", term: 1 }));
    await expect.poll(() => host.processes.length, PATIENT).toBe(1);
    host.processes[0]?.user?.onEnd("its process was ended by SIGKILL");
    await expect
      .poll(() => died.ends, PATIENT)
      .toEqual([["its process was ended by SIGKILL", false]]);
    const mad = remote(open(host, { purpose: "replica", term: 1 }));
    await expect.poll(() => host.processes.length, PATIENT).toBe(2);
    host.processes[1]?.user?.onMessage("nonsense");
    await expect.poll(() => mad.ends, PATIENT).toEqual([["it is no report", false]]);
    await expect.poll(() => host.processes[1]?.isKilled, PATIENT).toBe(true);
    await host.server.close();
  });

  it("ends replicas of a silent coordinator", async () => {
    const host = new FakeHost();
    await ask(await open(host), LEASE);
    remote(open(host, { purpose: "replica", term: 1 }));
    await expect.poll(() => host.processes.length, PATIENT).toBe(1);
    host.links.at(-1)?.cut("both");
    await expect.poll(() => host.processes[0]?.isKilled, PATIENT).toBe(true);
    await host.server.close();
  });

  it("ends replicas of older terms, and starts none for them", async () => {
    const host = new FakeHost();
    const wire = await open(host);
    await ask(wire, LEASE);
    remote(open(host, { purpose: "replica", term: 1 }));
    await expect.poll(() => host.processes.length, PATIENT).toBe(1);
    wire.send({ kind: "return", vm: "vm", term: 1, holder: "run" });
    await ask(wire, { ...LEASE, term: 2, holder: "other" });
    await expect.poll(() => host.processes[0]?.isKilled, PATIENT).toBe(true);
    await expect(open(host, { purpose: "replica", term: 1 })).rejects.toMatchObject({
      code: "XV_ERR_HOST_FENCED",
    });
    expect(host.processes).toHaveLength(1);
    await host.server.close();
  });

  it.each([
    ["XV_ERR_HOST_SOFTWARE", new FakeHost({}, "other code"), {}],
    ["XV_ERR_HOST_PLUGINS", new FakeHost({ abc: "file:///x" }), { plugins: ["abc", "def"] }],
  ])("refuses other code (%s)", async (code, host, hello) => {
    await expect(open(host, hello)).rejects.toMatchObject({ code, place: "host far:1" });
    await host.server.close();
  });

  it("has a bounded number of strangers, hears who holds the key all the same, and waits for none", async () => {
    const host = new FakeHost();
    const port = await host.server.listen({ host: "127.0.0.1", port: 0 });
    let gone = 0;
    const strangers = [];
    for (let count = 0; count < MOST_STRANGERS + 6; count++) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {}).on("close", () => gone++);
      socket.resume();
      await once(socket, "connect");
      strangers.push(socket);
    }
    await expect.poll(() => gone, PATIENT).toBe(6);
    expect(strangers.slice(0, 6).every(({ closed }) => closed)).toBe(true);
    const access = { address: `127.0.0.1:${port}`, key: Buffer.from(KEY), silenceMs: 60_000 };
    const wire = await connectHost(access, HELLO);
    expect(await ask(wire, LEASE)).toMatchObject({ kind: "granted" });
    await host.server.close();
    await expect.poll(() => gone, PATIENT).toBe(strangers.length);
  });

  it("listens where it is told to, and says when it can't", async () => {
    const { server } = new FakeHost();
    const port = await server.listen({ host: "127.0.0.1", port: 0 });
    expect(port).toBeGreaterThan(0);
    const second = new FakeHost().server;
    await expect(second.listen({ host: "127.0.0.1", port })).rejects.toMatchObject({
      code: "XV_ERR_HOST_LISTEN",
      value: `127.0.0.1:${port}`,
    });
    const access = { address: `127.0.0.1:${port}`, key: Buffer.from(KEY), silenceMs: 600 };
    const wire = await connectHost(access, HELLO);
    expect(wire.peer["role"]).toBe("host");
    await expect(connectHost({ ...access, key: Buffer.alloc(40, 1) }, HELLO)).rejects.toThrow(
      /key/u,
    );
    await server.close();
    await expect(connectHost(access, HELLO)).rejects.toMatchObject({
      code: "XV_ERR_HOST_UNREACHABLE",
    });
    expect(server).toBeInstanceOf(HostServer);
  });
});
