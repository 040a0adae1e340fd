import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OpenBackend } from "../../../../core/index.ts";
import { FrameReader, withLength } from "../../../../plugins/backends/network/frame-codec.ts";
import { stream } from "../../../../plugins/backends/network/stream.ts";
import {
  decodeNetInput,
  type NetInput,
} from "../../../../plugins/devices/virtio/net/wire-format.ts";
import { BackendBench } from "../backend-bench.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** Other processes may have the host's cores. */
const PATIENCE_MS = 20_000;
const opened: OpenBackend[] = [];
const servers: Server[] = [];
const sockets: Socket[] = [];
let bench: BackendBench;

const eventually = <T>(look: () => T): Promise<Awaited<T>> =>
  vi.waitFor(look, { timeout: PATIENCE_MS }) as Promise<Awaited<T>>;

beforeEach(() => {
  bench = new BackendBench();
});
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function open(options: object): Promise<OpenBackend> {
  const backend = await stream.open({ reconnectMs: 20, ...options }, bench);
  backend.start();
  opened.push(backend);
  return backend;
}

/** A peer that listens, as passt does. */
async function peer(address: { path: string } | { port: number }): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
  });
  servers.push(server);
  server.listen(address);
  await once(server, "listening");
  return server;
}

const lastSocket = (): Promise<Socket> =>
  eventually(() => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("nobody has connected");
    return socket;
  });
const inputs = (): (NetInput | undefined)[] => bench.inputs.map((bytes) => decodeNetInput(bytes));
const frameOf = (text: string): Buffer => Buffer.from(text.padEnd(14, "."));
const frameInput = (text: string): object => ({
  kind: "frame",
  frame: new Uint8Array(frameOf(text)),
});
const plain = (input: NetInput | undefined): unknown =>
  input?.kind === "frame" ? { kind: "frame", frame: new Uint8Array(input.frame) } : input;

async function receivedBy(socket: Socket, count: number): Promise<string[]> {
  const frames: string[] = [];
  const reader = new FrameReader((frame) => frames.push(Buffer.from(frame).toString()));
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  await eventually(() => expect(frames).toHaveLength(count));
  return frames;
}

describe("backend stream", { timeout: PATIENCE_MS }, () => {
  it("exchanges frames with a peer that listens at a Unix socket", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    expect(backend.facts).toEqual({ isLinkUp: true });
    expect(backend.isInteractive).toBe(true);
    const socket = await lastSocket();
    socket.write(withLength(frameOf("in")));
    backend.output(frameOf("out 1"));
    backend.output(frameOf("out 2"));
    expect(await receivedBy(socket, 2)).toEqual([
      frameOf("out 1").toString(),
      frameOf("out 2").toString(),
    ]);
    await eventually(() => expect(inputs().map(plain)).toEqual([frameInput("in")]));
  });

  it("connects over TCP, and waits for a peer that starts late", async () => {
    const server = await peer({ port: 0 });
    const { port } = server.address() as AddressInfo;
    server.close();
    const opening = open({ port });
    await peer({ port });
    const backend = await opening;
    backend.output(frameOf("x"));
    expect(await receivedBy(await lastSocket(), 1)).toEqual([frameOf("x").toString()]);
  });

  it("says where nobody listens", async () => {
    const path = join(temporaryDirectory(), "nobody.sock");
    await expect(stream.open({ path, connectMs: 0 }, bench)).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_CONNECT",
      place: "path",
      value: path,
    });
  });

  it("shows the guest that the peer went and came back", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    (await lastSocket()).destroy();
    await eventually(() => expect(inputs().at(-1)).toEqual({ kind: "link", isUp: true }));
    expect(inputs()).toEqual([
      { kind: "link", isUp: false },
      { kind: "link", isUp: true },
    ]);
    expect(bench.messages).toEqual(["warn: the network peer is gone: the guest's link is down"]);
    await eventually(() => expect(sockets).toHaveLength(2));
    backend.output(frameOf("again"));
    expect(await receivedBy(await lastSocket(), 1)).toEqual([frameOf("again").toString()]);
  });

  it("listens where it is told to, for one peer at a time", async () => {
    const path = join(temporaryDirectory(), "mine.sock");
    const backend = await open({ path, listen: true });
    expect(backend.facts).toEqual({ isLinkUp: false });
    const [first, second] = [createConnection(path), createConnection(path)];
    for (const socket of [first, second]) socket.on("error", () => {});
    sockets.push(first, second);
    const ends = [first, second].map(async (socket) => {
      await once(socket, "close");
      return socket;
    });
    const refused = await Promise.race(ends);
    const kept = refused === first ? second : first;
    backend.output(frameOf("to the one"));
    expect(await receivedBy(kept, 1)).toEqual([frameOf("to the one").toString()]);
    kept.write(withLength(frameOf("hello")));
    await eventually(() =>
      expect(inputs().map(plain)).toEqual([{ kind: "link", isUp: true }, frameInput("hello")]),
    );
  });

  it("takes over a socket file that nobody listens at, and no other file", async () => {
    const path = join(temporaryDirectory(), "left.sock");
    const left = await peer({ path });
    // As a killed program leaves it: closed without the file being removed.
    const { promise, resolve } = Promise.withResolvers<void>();
    const script = `require("net").createServer().listen("${path}2", () => process.kill(process.pid, "SIGKILL"))`;
    spawn(process.execPath, ["-e", script]).once("exit", () => resolve());
    await promise;
    expect(existsSync(`${path}2`)).toBe(true);
    await open({ path: `${path}2`, listen: true });
    await expect(stream.open({ path, listen: true }, bench)).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_LISTEN",
      value: path,
    });
    left.close();
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "kept");
    await expect(stream.open({ path: file, listen: true }, bench)).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_LISTEN",
    });
    expect(existsSync(file)).toBe(true);
  });

  it("does not read a peer that is ahead of what an epoch takes", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    const socket = await lastSocket();
    const frame = withLength(Buffer.alloc(60_000));
    const total = 200;
    for (let count = 0; count < total; count++) socket.write(frame);
    await eventually(() => expect(bench.inputs.length).toBeGreaterThan(16));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bench.inputs.length).toBeLessThan(24);
    await eventually(() => {
      backend.inputsTaken?.();
      expect(bench.inputs).toHaveLength(total);
    });
  });

  it("drops frames for a peer that does not read, and says so once", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    (await lastSocket()).pause();
    const frame = Buffer.alloc(64_000);
    for (let count = 0; count < 400; count++) backend.output(frame);
    expect(bench.messages).toEqual(["warn: the network peer reads too slowly: frames are dropped"]);
  });

  it("gives up a connection whose lengths can't be lengths", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    await open({ path });
    (await lastSocket()).write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await eventually(() => expect(inputs()[0]).toEqual({ kind: "link", isUp: false }));
  });

  it("sends what was written before it closes", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    const received = receivedBy(await lastSocket(), 100);
    for (let count = 0; count < 100; count++) backend.output(frameOf(`number ${count}`));
    await backend.close();
    expect(await received).toHaveLength(100);
    expect(backend.isInteractive).toBe(false);
  });

  it("sends nothing that a slow peer has not taken once nothing may leave any more", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    const socket = await lastSocket();
    socket.pause();
    const frame = Buffer.alloc(1500);
    for (let count = 0; count < 4000; count++) backend.output(frame);
    bench.mayOutputsLeave = false;
    let frames = 0;
    const reader = new FrameReader(() => frames++);
    const end = once(socket, "close");
    socket.on("data", (chunk: Buffer) => reader.push(chunk)).resume();
    await pause(200);
    // What the operating system had, and the frame that it was about to take.
    const taken = frames;
    expect(taken).toBeLessThan(1000);
    await backend.close();
    await end;
    expect(frames).toBe(taken);
  });

  it("goes on with what a slow peer has not taken when it may leave again", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    await peer({ path });
    const backend = await open({ path });
    const socket = await lastSocket();
    socket.pause();
    for (let count = 0; count < 2000; count++) backend.output(frameOf(`number ${count}`));
    bench.mayOutputsLeave = false;
    setTimeout(() => (bench.mayOutputsLeave = true), 100);
    socket.resume();
    const frames = await receivedBy(socket, 2000);
    expect([frames[0], frames[1999]]).toEqual(["number 0......", "number 1999..."]);
  });

  it("wants one address", () => {
    expect(stream.checkOptions?.({})).toMatchObject({ option: "path" });
    expect(stream.checkOptions?.({ path: "a", port: 1 })).toMatchObject({ option: "port" });
    expect(stream.checkOptions?.({ port: 1 })).toBeUndefined();
  });
});
