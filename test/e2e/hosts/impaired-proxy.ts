// The network between a coordinator and a host, for tests: a port that leads to another one, and does to all connections
// through it what it is told.
import { createServer, connect, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { ImpairedStream, type Direction } from "../../../core/wire/impaired-stream.ts";
import type { LaneImpairment } from "../../../core/wire/impaired-lane.ts";

export class ImpairedProxy {
  readonly #server: Server;
  readonly #links = new Set<ImpairedStream>();
  #cut: Direction | undefined;

  static async open(toPort: number, impairment: LaneImpairment = {}): Promise<ImpairedProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new ImpairedProxy(server, toPort, impairment);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  private constructor(server: Server, toPort: number, impairment: LaneImpairment) {
    this.#server = server;
    let number = 0;
    server.on("connection", (near: Socket) => {
      const far = connect({ port: toPort, host: "127.0.0.1", noDelay: true });
      near.setNoDelay(true);
      // "out" is from the coordinator to the host.
      const link = new ImpairedStream(far, { ...impairment, seed: number++ });
      if (this.#cut !== undefined) link.cut(this.#cut);
      this.#links.add(link);
      link.on("close", () => this.#links.delete(link));
      for (const stream of [near, far, link]) stream.on("error", () => {});
      near.pipe(link).pipe(near);
      near.on("close", () => link.end());
      link.on("close", () => near.destroy());
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** No byte passes from here on, new connections included. */
  cut(direction: Direction = "both"): void {
    this.#cut = direction;
    for (const link of this.#links) link.cut(direction);
  }

  heal(): void {
    this.#cut = undefined;
    for (const link of this.#links) link.heal();
  }

  /** All connections are lost at once. */
  lose(): void {
    for (const link of this.#links) link.lose();
  }

  flipOnce(direction: "in" | "out"): void {
    for (const link of this.#links) link.flipOnce(direction);
  }

  async close(): Promise<void> {
    this.lose();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
