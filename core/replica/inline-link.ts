// Runs a replica in the coordinator's own thread, for tests and for debuggers: same behaviour, no parallelism.
import type { Registry } from "../api/plugin.ts";
import type { StartReplica } from "./replica-link.ts";
import { hostMilliseconds } from "./host-milliseconds.ts";
import {
  crashOf,
  refusalOf,
  type ReplicaOrder,
  type ReplicaReport,
  type ReplicaSetup,
} from "./replica-setup.ts";
import { Replica } from "./replica.ts";

/** Thrown to leave a replica that a fault killed or hung. */
class ReplicaGone extends Error {
  readonly isSilent: boolean;
  constructor(isSilent: boolean) {
    super("the replica crashed");
    this.isSilent = isSilent;
  }
}

export function inlineLink(setup: ReplicaSetup, registry: Registry): StartReplica {
  return (onReport) => {
    const queue: ReplicaOrder[] = [];
    let isRunning = false;
    let isGone = false;
    let replica: Replica | undefined;
    const post = (report: ReplicaReport): void => {
      // Reports arrive after the order that caused them returned, as they do from a worker.
      setImmediate(() => onReport(report));
    };
    const guarded = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        isGone = true;
        if (error instanceof ReplicaGone && error.isSilent) return;
        const refusal = replica === undefined ? refusalOf(error) : undefined;
        if (refusal !== undefined) post(refusal);
        else post(crashOf(error, error instanceof Error ? error.message : String(error)));
      }
    };
    const next = (): void => {
      const order = queue.shift();
      if (order === undefined || isGone) {
        isRunning = false;
        return;
      }
      guarded(() => replica?.obey(order));
      setImmediate(next);
    };
    guarded(() => {
      replica = new Replica(setup, registry, {
        post,
        now: hostMilliseconds,
        crash: () => {
          throw new ReplicaGone(false);
        },
        hang: () => {
          throw new ReplicaGone(true);
        },
      });
      post({ kind: "ready" });
    });
    return {
      send: (order) => {
        queue.push(order);
        if (isRunning) return;
        isRunning = true;
        setImmediate(next);
      },
      terminate: () => {
        isGone = true;
        replica?.close();
        return Promise.resolve();
      },
    };
  };
}
