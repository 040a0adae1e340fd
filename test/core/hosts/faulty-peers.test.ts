// Who holds the key may be faulty all the same: what it says ends its own connection, and nothing else.
import { duplexPair, type Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { connectHost } from "../../../core/hosts/connect-host.ts";
import { HostLink } from "../../../core/hosts/host-link.ts";
import { RemoteProcess } from "../../../core/hosts/remote-process.ts";
import type { LeaseAnswer } from "../../../core/lease/lease-terms.ts";
import { WireConnection } from "../../../core/wire/wire-connection.ts";
import { closing, wirePair } from "../wire/wire-pair.ts";
import { HELLO, LEASE } from "./coordinator-messages.ts";
import { FakeHost, KEY, QUIET } from "./fake-host.ts";

const PATIENT = { timeout: 20_000 };
const key = Buffer.from(KEY);

describe("a host with a faulty coordinator", () => {
  /** A connection on which anything can be said. @returns what ends it */
  async function say(host: FakeHost, messages: readonly unknown[]): Promise<string | undefined> {
    const wire = await WireConnection.open(await host.reach(), {
      side: "initiator",
      key,
      identity: {},
      place: "the host",
    });
    const closed = closing(wire);
    wire.receive(() => {});
    for (const message of messages) wire.send(message);
    return closed;
  }

  it.each([
    ["greets with nothing", [null]],
    ["greets without plugins", [{ ...HELLO, plugins: undefined }]],
    ["greets without a term", [{ ...HELLO, purpose: "replica", term: null }]],
    ["asks for nothing", [HELLO, null]],
    ["asks for half a lease", [HELLO, { ...LEASE, number: undefined }]],
    ["orders nothing", [{ ...HELLO, purpose: "replica" }, null]],
    [
      "orders code of its own",
      [
        { ...HELLO, purpose: "replica" },
        { kind: "prepare", plugins: ["data:text/javascript,"] },
      ],
    ],
  ])("that %s ends its connection only", async (_, messages) => {
    const host = new FakeHost();
    const other = await connectHost(
      { address: "far:1", key, silenceMs: 60_000, reach: host.reach },
      HELLO,
    );
    const answers: unknown[] = [];
    other.receive((answer) => answers.push(answer));
    // Only the holder of a lease may have replicas.
    other.send(LEASE);
    await expect.poll(() => answers, PATIENT).toMatchObject([{ kind: "granted" }]);
    expect(await say(host, messages)).toBe("XV_ERR_WIRE_LOST");
    expect(host.processes.every(({ orders, isKilled }) => isKilled && orders.length === 0)).toBe(
      true,
    );
    other.send({ ...LEASE, number: 2 });
    await expect.poll(() => answers, PATIENT).toMatchObject([{ number: 1 }, { number: 2 }]);
    await host.server.close();
  });

  it("ends a replica whose report can't be sent, and no other", async () => {
    const host = new FakeHost();
    const lease = await connectHost(
      { address: "far:1", key, silenceMs: 60_000, reach: host.reach },
      HELLO,
    );
    const granted = new Promise((resolve) => lease.receive(resolve));
    lease.send(LEASE);
    await granted;
    const [bad, good] = [0, 1].map(() => {
      const wire = connectHost(
        { address: "far:1", key, silenceMs: 60_000, reach: host.reach },
        { ...HELLO, purpose: "replica" },
      );
      const own = new RemoteProcess(wire, "host far:1");
      const ends: unknown[][] = [];
      const heard: unknown[] = [];
      own.attach({
        replica: 0,
        logger: QUIET,
        onMessage: (message) => heard.push(message),
        onEnd: (...end) => void ends.push(end),
      });
      return { ends, heard };
    });
    await expect.poll(() => host.processes.length, PATIENT).toBe(2);
    // A function is no data; a report that is too large fails in the same place.
    host.processes[0]?.user?.onMessage({ kind: "note", text: () => {} });
    await expect
      .poll(() => bad?.ends, PATIENT)
      .toEqual([[expect.stringContaining("what it reports can't be sent"), false]]);
    await expect.poll(() => host.processes[0]?.isKilled, PATIENT).toBe(true);
    host.processes[1]?.user?.onMessage({ kind: "ready" });
    await expect.poll(() => good?.heard, PATIENT).toEqual([{ kind: "ready" }]);
    expect(good?.ends).toEqual([]);
    await host.server.close();
  });
});

/** A host that says this, one answer for each message it gets. */
function saying(...answers: readonly unknown[]): () => Promise<Duplex> {
  return () => {
    const [near, far] = duplexPair() as [Duplex, Duplex];
    void WireConnection.open(far, { side: "acceptor", key, identity: {}, place: "it" }).then(
      (wire) => {
        const left = [...answers];
        wire.receive(() => void wire.send(left.shift()));
      },
    );
    return Promise.resolve(near);
  };
}

describe("a coordinator with a faulty host", () => {
  const access = { address: "far:1", key, silenceMs: 60_000 };

  it.each([[null], [{ kind: "refused" }], [{ kind: "refused", error: { code: "XV_ERR_X" } }], [3]])(
    "that answers %j does not reach it",
    async (answer) => {
      const wire = connectHost({ ...access, reach: saying(answer) }, HELLO);
      await expect(wire).rejects.toMatchObject({ code: "XV_ERR_WIRE_CORRUPT" });
    },
  );

  it("ends the link to one that says nonsense about leases, and hears none of it", async () => {
    const answers: LeaseAnswer[] = [];
    const changes: boolean[] = [];
    const link = new HostLink({
      ...access,
      reach: saying({ kind: "welcome" }, null),
      hello: () => HELLO,
      logger: QUIET,
      isReconnecting: false,
      onAnswer: (answer) => void answers.push(answer),
      onChange: () => void changes.push(link.isReachable),
    });
    expect(await link.connect()).toBe(true);
    link.send(LEASE as never);
    await expect.poll(() => changes, PATIENT).toEqual([true, false]);
    expect(answers).toEqual([]);
    await link.close();
  });

  it.each([[null], [{ kind: "ended" }], ["x"]])(
    "takes a replica whose host says %j for dead",
    async (said) => {
      const wire = connectHost({ ...access, reach: saying({ kind: "welcome" }, said) }, HELLO);
      const own = new RemoteProcess(wire, "host far:1");
      const ends: unknown[][] = [];
      own.attach({
        replica: 0,
        logger: QUIET,
        onMessage: () => {},
        onEnd: (...end) => void ends.push(end),
      });
      own.send({ kind: "save" });
      await expect
        .poll(() => ends, PATIENT)
        .toEqual([[expect.stringContaining("not a report of a host"), false]]);
    },
  );

  it.each([
    ["at once", true],
    ["before it is connected", false],
  ])("takes a replica that can't be sent something %s for dead", async (_, isConnected) => {
    const [near, far] = await wirePair({ maxMessageBytes: 1000 });
    far.receive(() => {});
    const own = new RemoteProcess(Promise.resolve(near), "host far:1");
    const ends: unknown[][] = [];
    own.attach({
      replica: 0,
      logger: QUIET,
      onMessage: () => {},
      onEnd: (...end) => void ends.push(end),
    });
    if (isConnected) await own.sendSlowly("little");
    own.send(new Uint8Array(2000));
    await expect
      .poll(() => ends, PATIENT)
      .toEqual([[expect.stringContaining("larger than the 1000 allowed"), false]]);
    expect(near.isClosed).toBe(true);
  });
});
