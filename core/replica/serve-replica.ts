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
import {
  crashOf,
  refusalOf,
  type ReplicaOrder,
  type ReplicaReport,
  type ReplicaSetup,
} from "./replica-setup.ts";
import { Replica } from "./replica.ts";
import { ReportPort, type BoxPlace } from "./report-port.ts";
import { StateBoxes } from "./state-box.ts";

/** What a worker is created with: enough to load everything that does not depend on the replica. */
export interface WorkerData {
  readonly plugins: readonly string[];
}

const REHEARSALS = 64;

interface SharedBoxes {
  readonly ballots: SharedArrayBuffer;
  readonly states: SharedArrayBuffer;
}

/** The one message on a worker's own port: which replica it is to be, and where its orders come from. */
export interface Assignment {
  readonly setup: ReplicaSetup;
  readonly orders: MessagePort;
  readonly mailbox: SharedArrayBuffer;
  /** Boxes of all replicas; undefined where ballots and states are messages. */
  readonly boxes: SharedBoxes | undefined;
}

export async function serveReplica(): Promise<never> {
  const port = parentPort;
  if (port === null) throw new Error("core/replica/worker.ts runs as a worker thread only");
  const post = (report: ReplicaReport): void => port.postMessage(report);
  const assigned = once(port, "message") as Promise<[Assignment]>;
  try {
    const registry = await loadReplicaRegistry(workerData as WorkerData);
    const [{ setup, orders, mailbox, boxes }] = await assigned;
    if (setup.hostCore !== undefined) bindThread(setup.hostCore);
    const reader = new MailboxReader(orders, mailbox);
    const place = boxes && placeIn(boxes, setup.arena);
    const reports = new ReportPort(port, place, {
      isSaveNext: () => reader.isSaveNext,
      now: hostMilliseconds,
    });
    const replica = new Replica(setup, registry, {
      post: (report) => reports.post(report),
      now: hostMilliseconds,
      crash: () => process.exit(70),
      hang: () => {
        const never = new Int32Array(new SharedArrayBuffer(4));
        for (;;) Atomics.wait(never, 0, 0);
      },
    });
    rehearseSaving(replica);
    post({ kind: "ready" });
    const obey = (order: ReplicaOrder): void => {
      if (order.kind === "hold") reports.stands();
      replica.obey(order);
    };
    obeyOrders(obey, reader, post);
  } catch (error) {
    await assigned;
    post(refusalOf(error) ?? { kind: "crashed", message: messageOf(error) });
  }
  process.exit(0);
}

/** The first checkpoint then finds it compiled: it takes two milliseconds before, a sixth of one after. */
function rehearseSaving({ machine }: Replica): void {
  for (let round = 0; round < REHEARSALS; round++) machine.save();
}

const placeIn = ({ ballots, states }: SharedBoxes, box: number): BoxPlace => ({
  ballots: new BallotBoxes(ballots),
  states: new StateBoxes(states),
  box,
});

function obeyOrders(
  obey: (order: ReplicaOrder) => void,
  mailbox: MailboxReader,
  post: (report: ReplicaReport) => void,
): void {
  try {
    for (let order = mailbox.receive(); order.kind !== "end"; order = mailbox.receive()) {
      obey(order);
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
