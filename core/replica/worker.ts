// Entry of a replica worker thread: builds the replica from plain data and obeys orders until told to end.
import process from "node:process";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadRegistry } from "../plugin-host/load-registry.ts";
import { MailboxReader } from "./mailbox.ts";
import { refusalOf, type ReplicaReport, type ReplicaSetup } from "./replica-setup.ts";
import { Replica } from "./replica.ts";

export interface WorkerData {
  readonly setup: ReplicaSetup;
  readonly orders: MessagePort;
  readonly counter: SharedArrayBuffer;
}

const { setup, orders, counter } = workerData as WorkerData;
const port = parentPort;
if (port === null) throw new Error("core/replica/worker.ts runs as a worker thread only");
const post = (report: ReplicaReport): void => port.postMessage(report);

const messageOf = (error: unknown): string => {
  if (error instanceof ExtravirtError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

async function build(): Promise<Replica | undefined> {
  try {
    return new Replica(setup, await loadRegistry(setup), {
      post,
      crash: () => process.exit(70),
      hang: () => {
        const never = new Int32Array(new SharedArrayBuffer(4));
        for (;;) Atomics.wait(never, 0, 0);
      },
    });
  } catch (error) {
    post(refusalOf(error) ?? { kind: "crashed", message: messageOf(error) });
    return undefined;
  }
}

const replica = await build();
if (replica !== undefined) {
  post({ kind: "ready" });
  const mailbox = new MailboxReader(orders, counter);
  try {
    for (let order = mailbox.receive(); order.kind !== "end"; order = mailbox.receive()) {
      replica.obey(order);
    }
  } catch (error) {
    // A fault may drive a replica into any state; whatever throws there is a crash of this replica only.
    post({ kind: "crashed", message: messageOf(error) });
  }
}
process.exit(0);
