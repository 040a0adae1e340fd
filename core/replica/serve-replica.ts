// The life of a replica worker: load the plugins, wait for a replica to be, build it, and obey orders until told to end.
import { once } from "node:events";
import process from "node:process";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadRegistry } from "../plugin-host/load-registry.ts";
import { MailboxReader } from "./mailbox.ts";
import { refusalOf, type ReplicaReport, type ReplicaSetup } from "./replica-setup.ts";
import { Replica } from "./replica.ts";

/** What a worker is created with: enough to load everything that does not depend on the replica. */
export interface WorkerData {
  readonly plugins: readonly string[];
}

/** The one message on a worker's own port: which replica it is to be, and where its orders come from. */
export interface Assignment {
  readonly setup: ReplicaSetup;
  readonly orders: MessagePort;
  readonly counter: SharedArrayBuffer;
}

export async function serveReplica(): Promise<never> {
  const port = parentPort;
  if (port === null) throw new Error("core/replica/worker.ts runs as a worker thread only");
  const post = (report: ReplicaReport): void => port.postMessage(report);
  const assigned = once(port, "message") as Promise<[Assignment]>;
  try {
    const registry = await loadRegistry(workerData as WorkerData);
    const [{ setup, orders, counter }] = await assigned;
    const replica = new Replica(setup, registry, {
      post,
      now: () => performance.now(),
      crash: () => process.exit(70),
      hang: () => {
        const never = new Int32Array(new SharedArrayBuffer(4));
        for (;;) Atomics.wait(never, 0, 0);
      },
    });
    post({ kind: "ready" });
    obeyOrders(replica, new MailboxReader(orders, counter), post);
  } catch (error) {
    await assigned;
    post(refusalOf(error) ?? { kind: "crashed", message: messageOf(error) });
  }
  process.exit(0);
}

function obeyOrders(
  replica: Replica,
  mailbox: MailboxReader,
  post: (report: ReplicaReport) => void,
): void {
  try {
    for (let order = mailbox.receive(); order.kind !== "end"; order = mailbox.receive()) {
      replica.obey(order);
    }
  } catch (error) {
    // A fault may drive a replica into any state; whatever throws there is a crash of this replica only.
    post({ kind: "crashed", message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ExtravirtError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
