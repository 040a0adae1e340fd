import { duplexPair, type Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { createServer, connect } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { ExtravirtError } from "../../../core/api/extravirt-error.ts";
import { ImpairedStream } from "../../../core/wire/impaired-stream.ts";
import { WireConnection } from "../../../core/wire/wire-connection.ts";
import { closing, defaults, receiving, wirePair } from "./wire-pair.ts";

const pair = (): [Duplex, Duplex] => duplexPair() as [Duplex, Duplex];

describe("WireConnection", { timeout: 60_000 }, () => {
  it("carries plain data both ways, in order, what was sent before anybody listened included", async () => {
    const [a, b] = await wirePair();
    expect(a.peer).toEqual({ name: "acceptor" });
    const sent = [
      { kind: "epoch", inputs: [{ channel: "console", bytes: Uint8Array.of(1, 2, 3) }] },
      { nextAlarmTick: Infinity, at: 12345678901234567890n, none: undefined },
      new Map([[1, new Float64Array([0.5, -0])]]),
      "ä",
    ];
    for (const message of sent) a.send(message);
    await pause(1);
    expect(await receiving(b, sent.length)).toEqual(sent);
    b.send(new Uint8Array(300_000).fill(7));
    expect(await receiving(a, 1)).toEqual([new Uint8Array(300_000).fill(7)]);
    await a.close();
  });

  it("ends in order: what was sent before arrives, and neither side sees an error", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const accepted = once(server, "connection") as Promise<[Duplex]>;
    const streams = [connect(port, "127.0.0.1"), (await accepted)[0]] as const;
    const [a, b] = await wirePair({}, {}, [streams[0], streams[1]]);
    const ends = Promise.all([closing(a), closing(b)]);
    const all = receiving(b, 200);
    for (let number = 0; number < 200; number++) a.send({ number, bytes: new Uint8Array(10_000) });
    await a.close();
    expect(await all).toHaveLength(200);
    expect(await ends).toEqual([undefined, undefined]);
    a.send("nobody is there");
    server.close();
  });

  it("is closed at once where the close itself is too much to be sent", async () => {
    const [a] = await wirePair({ maxQueuedBytes: 10 });
    const ended = closing(a);
    a.send(new Uint8Array(300_000));
    await a.close();
    expect(await ended).toBe("XV_ERR_WIRE_OVERFLOW");
  });

  it("tells a lost connection from one that was closed", async () => {
    const [near, far] = pair();
    const [a, b] = await wirePair({}, {}, [near, far]);
    const ended = closing(a);
    a.receive(() => {});
    b.destroy();
    expect(await ended).toBe("XV_ERR_WIRE_LOST");
  });

  it.each([
    ["another key", { key: Buffer.alloc(32, 1) }, { key: Buffer.alloc(32, 2) }],
    ["a key on one side only", { key: Buffer.alloc(32, 1) }, {}],
  ])("refuses %s on both sides", async (_what, first, second) => {
    const [near, far] = pair();
    const results = await Promise.allSettled([
      WireConnection.open(near, { ...defaults("initiator"), ...first }),
      WireConnection.open(far, { ...defaults("acceptor"), ...second }),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected" });
      const { reason } = result as PromiseRejectedResult;
      expect(["XV_ERR_WIRE_KEY", "XV_ERR_WIRE_REFUSED"]).toContain((reason as ExtravirtError).code);
    }
  });

  it("takes the same key", async () => {
    const key = Buffer.alloc(32, 9);
    const [a, b] = await wirePair({ key });
    a.send(1);
    expect(await receiving(b, 1)).toEqual([1]);
    await a.close();
  });

  it.each([
    ["XV_ERR_WIRE_FOREIGN", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"],
    [
      "XV_ERR_WIRE_FOREIGN",
      Buffer.from("8e5856570d0a1a0a0001000f0000000200".padEnd(100, "0"), "hex"),
    ],
    [
      "XV_ERR_WIRE_VERSION",
      Buffer.from("8e5856570d0a1a0affff000f00000002".padEnd(100, "0"), "hex"),
    ],
    [
      "XV_ERR_WIRE_VERSION",
      Buffer.from("8e5856570d0a1a0a0001fffe00000002".padEnd(100, "0"), "hex"),
    ],
  ])(
    "refuses a foreign or other version (%s), and says so to the other side",
    async (code, bytes) => {
      const [near, far] = pair();
      const opening = WireConnection.open(near, defaults("initiator"));
      const answer = far.toArray();
      far.write(bytes);
      await expect(opening).rejects.toMatchObject({ code, place: "the initiator's peer" });
      expect(Buffer.concat(await answer).toString("latin1")).toMatch(
        /R[^]{2}(what answers|the other)/u,
      );
    },
  );

  it("gives up a handshake that nobody answers", async () => {
    const [near] = pair();
    const opening = WireConnection.open(near, { ...defaults("initiator"), handshakeMs: 20 });
    await expect(opening).rejects.toMatchObject({ code: "XV_ERR_WIRE_LOST" });
  });

  it("refuses a message that is too large where it is sent", async () => {
    const [a] = await wirePair({ maxMessageBytes: 1000 });
    expect(() => a.send(new Uint8Array(1000))).toThrow("is larger than the 1000 allowed");
    expect(() => a.send(new Uint8Array(1000))).toThrow(
      expect.objectContaining({ code: "XV_ERR_WIRE_MESSAGE" }),
    );
    a.destroy();
  });

  it("asks its user to wait when the other side is slow, and ends when the queue is full", async () => {
    const [a, b] = await wirePair({ maxQueuedBytes: 500_000 });
    const ended = closing(a);
    let isReady = true;
    while (isReady) isReady = a.send(new Uint8Array(10_000));
    expect(a.queuedBytes).toBeGreaterThan(0);
    const drained = a.drained();
    a.receive(() => {});
    b.receive(() => {});
    await drained;
    expect(a.queuedBytes).toBe(0);
    b.destroy();
    expect(await ended).toBeDefined();
    const [c] = await wirePair({ maxQueuedBytes: 500_000 });
    const overflow = closing(c);
    for (let count = 0; count < 100; count++) c.send(new Uint8Array(10_000));
    expect(await overflow).toBe("XV_ERR_WIRE_OVERFLOW");
  });

  it("notices silence, but not of a side that only has nothing to say", async () => {
    const [near, far] = pair();
    const impaired = new ImpairedStream(near, { seed: 1 });
    const beat = { heartbeatMs: 10, silenceMs: 400 };
    const [a, b] = await wirePair(beat, beat, [impaired, far]);
    const ended = closing(a);
    a.receive(() => {});
    b.receive(() => {});
    const startMs = performance.now();
    await pause(450);
    expect(a.isClosed).toBe(false);
    expect(a.answeredMs).toBeGreaterThan(startMs);
    expect(a.heardMs).toBeGreaterThan(startMs);
    impaired.cut("in");
    const cutMs = performance.now();
    expect(await ended).toBe("XV_ERR_WIRE_SILENT");
    expect(a.answeredMs).toBeLessThanOrEqual(cutMs);
    b.destroy();
  });
});
