// A station at a Unix socket that speaks QEMU's stream protocol: the peer of a guest, whatever machine it runs on.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { FrameReader, withLength } from "../../plugins/backends/network/frame-codec.ts";
import { Station } from "../../plugins/backends/network/station.ts";

/** As a station of the backend `switch` with the address 10.0.2.2. */
const ADDRESS = {
  mac: Uint8Array.of(0x52, 0x55, 10, 0, 2, 2),
  ip: Uint8Array.of(10, 0, 2, 2),
};

/** @returns what ends it */
export async function serveStation(path: string): Promise<() => Promise<void>> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    const station = new Station(ADDRESS, (frame) => void socket.write(withLength(frame)));
    const reader = new FrameReader((frame) => station.receive(frame));
    socket.on("data", (chunk: Buffer) => reader.push(chunk));
  }).listen(path);
  await once(server, "listening");
  return async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
}
