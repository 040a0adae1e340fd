// Runs a replica on a worker thread of its own.
import { MessageChannel, Worker } from "node:worker_threads";
import { MailboxWriter } from "./mailbox.ts";
import type { StartReplica } from "./replica-handle.ts";
import type { ReplicaReport, ReplicaSetup } from "./replica-setup.ts";
import type { WorkerData } from "./worker.ts";

const ENTRY = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";

export function workerLink(setup: ReplicaSetup): StartReplica {
  return (onReport) => {
    const channel = new MessageChannel();
    const counter = new SharedArrayBuffer(4);
    const workerData: WorkerData = { setup, orders: channel.port2, counter };
    const worker = new Worker(new URL(ENTRY, import.meta.url), {
      workerData,
      transferList: [channel.port2],
      name: `replica ${setup.replica}`,
    });
    const mailbox = new MailboxWriter(channel.port1, counter);
    const crashed = (message: string): void => onReport({ kind: "crashed", message });
    worker.on("message", (report: ReplicaReport) => onReport(report));
    worker.on("error", (error: Error) => crashed(error.message));
    worker.on("exit", (code) => crashed(`the worker ended with code ${code}`));
    return {
      send: (order) => mailbox.send(order),
      terminate: async () => {
        channel.port1.close();
        await worker.terminate();
      },
    };
  };
}
