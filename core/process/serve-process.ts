// The life of a replica's process: load the plugins, wait for a replica to be, take over the checkpoint's pages, build
// the machine, and obey orders until the coordinator ends it or is gone.
import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";
import { Worker } from "node:worker_threads";
import type { Registry } from "../api/plugin.ts";
import { allocateShared } from "../memory/shared-layout.ts";
import { loadReplicaRegistry } from "../plugin-host/load-registry.ts";
import { bindThread } from "../replica/bind-thread.ts";
import { crashOf, refusalOf, type ReplicaReport } from "../replica/replica-setup.ts";
import { WireConnection } from "../wire/wire-connection.ts";
import { DESCRIPTOR, INCARNATION, type ProcessOrder } from "./process-message.ts";
import { ProcessReplica, ReplicaGone } from "./process-replica.ts";

const GUARD = import.meta.url.endsWith(".ts") ? "./orphan-guard.ts" : "./orphan-guard.js";
/** Where the host has to kill somebody for want of memory, it takes a replica, which can be made again. */
const OOM_SCORE = "500";
const CRASHED = 70;

export async function serveProcess(): Promise<void> {
  offerToOom();
  const [, , incarnation = ""] = process.argv;
  const wire = await WireConnection.open(new Socket({ fd: DESCRIPTOR.wire }), {
    side: "acceptor",
    identity: { [INCARNATION]: incarnation },
    place: "the coordinator",
  });
  wire.on("closed", () => process.exit(0));
  const server = new ProcessServer(wire);
  // Orders wait for what is being loaded.
  let before: Promise<void> = Promise.resolve();
  wire.receive((order) => {
    before = before.then(() => server.obey(order as ProcessOrder));
  });
}

class ProcessServer {
  readonly #wire: WireConnection;
  #registry: Registry | undefined;
  #replica: ProcessReplica | undefined;
  #isGone = false;

  constructor(wire: WireConnection) {
    this.#wire = wire;
  }

  /** Never rejects: a fault may drive a replica into any state, and whatever throws there is its crash. */
  async obey(order: ProcessOrder): Promise<void> {
    if (this.#isGone) return;
    try {
      if (order.kind === "prepare") this.#registry = await loadReplicaRegistry(order);
      else if (order.kind === "assign") {
        const { layout, hostCore } = order.setup;
        if (hostCore !== undefined) bindThread(hostCore, "process");
        const shared = allocateShared(layout);
        this.#replica = new ProcessReplica(order.setup, shared, order.scrubPages, this.#post);
      } else if (order.kind === "load") this.#replica?.load(order);
      else if (order.kind === "begin") {
        if (this.#registry === undefined) throw new Error("no plugins are loaded");
        this.#replica?.begin(this.#registry);
        new Worker(new URL(GUARD, import.meta.url), { name: "orphan guard" }).unref();
      } else this.#replica?.obey(order);
    } catch (error) {
      this.#isGone = true;
      if (error instanceof ReplicaGone) await this.#leave(error);
      else {
        const refusal = this.#replica?.isBuilt === true ? undefined : refusalOf(error);
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#post(refusal ?? crashOf(error, message));
      }
    }
  }

  readonly #post = (report: ReplicaReport): void => void this.#wire.send(report);

  /** What was said before is heard. */
  async #leave({ isSilent }: ReplicaGone): Promise<void> {
    await this.#wire.drained();
    if (!isSilent) process.exit(CRASHED);
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (;;) Atomics.wait(never, 0, 0);
  }
}

function offerToOom(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", OOM_SCORE);
  } catch {
    // Not every host has it.
  }
}
