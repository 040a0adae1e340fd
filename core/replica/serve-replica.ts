// The life of a replica worker: load the plugins, wait for a replica to be, build it, and obey orders until told to end.
import { once } from "node:events";
import process from "node:process";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadReplicaRegistry } from "../plugin-host/load-registry.ts";
import { BallotBoxes } from "./ballot-box.ts";
import { bindThread } from "./bind-thread.ts";
import { hostMilliseconds } from "./host-milliseconds.ts";
import { MailboxReader } from "./mailbox.ts";
import { crashOf, refusalOf, type ReplicaReport, type ReplicaSetup } from "./replica-setup.ts";
import { Replica } from "./replica.ts";
import { ReportPort } from "./report-port.ts";

/** What a worker is created with: enough to load everything that does not depend on the replica. */
export interface WorkerData {
  readonly plugins: readonly string[];
}

/** The one message on a worker's own port: which replica it is to be, and where its orders come from. */
export interface Assignment {
  readonly setup: ReplicaSetup;
  readonly orders: MessagePort;
  readonly mailbox: SharedArrayBuffer;
  /** Boxes of all replicas; undefined where ballots are messages. */
  readonly ballots: SharedArrayBuffer | undefined;
}

export async function serveReplica(): Promise<never> {
  const port = parentPort;
  if (port === null) throw new Error("core/replica/worker.ts runs as a worker thread only");
  const post = (report: ReplicaReport): void => port.postMessage(report);
  const assigned = once(port, "message") as Promise<[Assignment]>;
  try {
    const registry = await loadReplicaRegistry(workerData as WorkerData);
    const [{ setup, orders, mailbox, ballots }] = await assigned;
    if (setup.hostCore !== undefined) bindThread(setup.hostCore);
    const place =
      ballots === undefined ? undefined : { boxes: new BallotBoxes(ballots), box: setup.arena };
    const reports = new ReportPort(port, place);
    const replica = new Replica(setup, registry, {
      post: (report) => reports.post(report),
      now: hostMilliseconds,
      crash: () => process.exit(70),
      hang: () => {
        const never = new Int32Array(new SharedArrayBuffer(4));
        for (;;) Atomics.wait(never, 0, 0);
      },
    });
    post({ kind: "ready" });
    obeyOrders(replica, new MailboxReader(orders, mailbox), post);
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
    post(crashOf(error, messageOf(error)));
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ExtravirtError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
