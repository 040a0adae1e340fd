import { describe, expect, it } from "vitest";
import { jitteredLink } from "../../../core/replica/jittered-link.ts";
import type { ReplicaLink, StartReplica } from "../../../core/replica/replica-link.ts";
import type { ReplicaOrder, ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { epoch } from "./toy-setup.ts";

const crashed = (message: string): ReplicaReport => ({ kind: "crashed", message });

/** A link that records orders and posts reports when told to. */
function fakeLink(): {
  start: StartReplica;
  orders: ReplicaOrder[];
  post: (report: ReplicaReport) => void;
  ended: () => number;
} {
  const orders: ReplicaOrder[] = [];
  let onReport: (report: ReplicaReport) => void = () => {};
  let ends = 0;
  return {
    orders,
    post: (report) => onReport(report),
    ended: () => ends,
    start: (listener): ReplicaLink => {
      onReport = listener;
      return {
        send: (order) => orders.push(order),
        terminate: () => {
          ends++;
          return Promise.resolve();
        },
      };
    },
  };
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

describe("jitteredLink", () => {
  it("is the link itself without jitter", () => {
    const { start } = fakeLink();
    expect(jitteredLink(start, 0)).toBe(start);
  });

  it("delays orders and keeps their order", async () => {
    const inner = fakeLink();
    const link = jitteredLink(inner.start, 2)(() => {});
    const sent = Array.from({ length: 20 }, (_, number): ReplicaOrder => ({
      kind: "epoch",
      record: epoch(number, 100),
    }));
    for (const order of sent) link.send(order);
    expect(inner.orders).toEqual([]);
    await eventually(() => inner.orders.length === sent.length);
    expect(inner.orders).toEqual(sent);
  });

  it("delays reports and keeps their order", async () => {
    const inner = fakeLink();
    const received: ReplicaReport[] = [];
    jitteredLink(inner.start, 2)((report) => received.push(report));
    const posted = Array.from({ length: 20 }, (_, number) => crashed(String(number)));
    for (const report of posted) inner.post(report);
    expect(received).toEqual([]);
    await eventually(() => received.length === posted.length);
    expect(received).toEqual(posted);
  });

  it("ends the replica at once", async () => {
    const inner = fakeLink();
    const link = jitteredLink(inner.start, 1000)(() => {});
    link.send({ kind: "save" });
    await link.terminate();
    expect(inner.ended()).toBe(1);
  });
});
