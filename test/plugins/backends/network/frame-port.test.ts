import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { withLength } from "../../../../plugins/backends/network/frame-codec.ts";
import { FramePort } from "../../../../plugins/backends/network/frame-port.ts";
import { FrameStream } from "../../../../plugins/backends/network/frame-stream.ts";
import { BackendBench } from "../backend-bench.ts";

const MAC_HEADER = 14;
const MIB = 2 ** 20;

function streamInto(port: FramePort, bench: BackendBench): Duplex {
  const peer = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const stream = new FrameStream(peer, port, bench, () => {});
  expect(stream).toBeDefined();
  return peer;
}

describe("FramePort", () => {
  it("gives a MiB of frames until they are taken, and tells when there is room again", () => {
    const bench = new BackendBench();
    let rooms = 0;
    const port = new FramePort(bench, true, () => rooms++);
    for (; port.hasRoom; port.give(Buffer.alloc(64 * 1024)));
    expect(bench.inputs).toHaveLength(16);
    port.taken();
    expect([port.hasRoom, rooms]).toEqual([true, 1]);
    port.taken();
    expect(rooms).toBe(1);
  });

  it("has room for 4,096 frames, however short", () => {
    const bench = new BackendBench();
    const port = new FramePort(bench, true);
    for (; port.hasRoom; port.give(Buffer.alloc(MAC_HEADER)));
    expect(bench.inputs).toHaveLength(4096);
  });

  it("loses what is no frame", async () => {
    const bench = new BackendBench();
    const port = new FramePort(bench, true);
    const peer = streamInto(port, bench);
    for (let count = 0; count < 16; count++) {
      peer.push(Buffer.alloc(MIB / 16));
      await new Promise((resolve) => setImmediate(resolve));
    }
    peer.push(withLength(Buffer.alloc(MAC_HEADER - 1)));
    peer.push(withLength(Buffer.alloc(MAC_HEADER)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.inputs).toHaveLength(1);
  });

  it("stops reading a peer of short frames soon", async () => {
    const bench = new BackendBench();
    const port = new FramePort(bench, true);
    const peer = streamInto(port, bench);
    const frame = withLength(Buffer.alloc(MAC_HEADER));
    const chunk = Buffer.concat(Array.from({ length: 3000 }, () => frame));
    for (let count = 0; count < 20; count++) {
      peer.push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(peer.isPaused()).toBe(true);
    expect(bench.inputs.length).toBeLessThanOrEqual(4096 + 3000);
  });
});
