import { once } from "node:events";
import { createConnection, createServer, Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { connectTo } from "../../../../plugins/backends/network/connect.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const NOBODY = { host: "192.0.2.1", port: 9 };
const PATIENCE = { timeout: 10_000 };

/** Never connects and never fails, as where all packets to a host are lost. */
const hanging = (): Socket => new Socket();

describe("connectTo", { timeout: 20_000 }, () => {
  it("gives up an attempt that hangs, and destroys its socket", async () => {
    const sockets: Socket[] = [];
    const connecting = connectTo({ address: NOBODY, connectMs: 1, reconnectMs: 1 }, () => {
      sockets.push(hanging());
      return sockets.at(-1) as Socket;
    });
    await expect(connecting).rejects.toMatchObject({
      code: "XV_ERR_NETWORK_CONNECT",
      place: "port",
      value: "192.0.2.1:9",
      message: expect.stringContaining("no answer in time"),
    });
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it("tries again after a later attempt that hangs, and ends a pending one when closed", async () => {
    const path = join(temporaryDirectory(), "peer.sock");
    const server = createServer().listen(path);
    await once(server, "listening");
    const sockets: Socket[] = [];
    const connections = await connectTo({ address: { path }, connectMs: 1, reconnectMs: 1 }, () => {
      sockets.push(sockets.length === 0 ? createConnection(path) : hanging());
      return sockets.at(-1) as Socket;
    });
    connections.next(() => expect.unreachable("nobody answers"));
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(2), PATIENCE);
    expect(sockets[1]?.destroyed).toBe(true);
    await connections.close();
    expect(sockets.slice(1).map(({ destroyed }) => destroyed)).not.toContain(false);
    sockets[0]?.destroy();
    server.close();
  });
});
