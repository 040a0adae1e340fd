import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { createMailbox, MailboxReader, MailboxWriter } from "../../../core/replica/mailbox.ts";
import type { ReplicaOrder } from "../../../core/replica/replica-setup.ts";
import { epoch } from "./toy-setup.ts";

function mailbox(used = 0): { writer: MailboxWriter; reader: MailboxReader; counter: Int32Array } {
  const { port1, port2 } = new MessageChannel();
  // The ports must not keep the test's process alive.
  port1.unref();
  port2.unref();
  const shared = createMailbox();
  new Int32Array(shared, 0, 2).fill(used);
  return {
    writer: new MailboxWriter(port1, shared),
    reader: new MailboxReader(port2, shared),
    counter: new Int32Array(shared, 0, 1),
  };
}

describe("the mailbox", () => {
  it("delivers orders whole and in the order sent", () => {
    const { writer, reader } = mailbox();
    const inputs = [{ channel: "uart0", bytes: Uint8Array.of(1, 2, 3) }];
    const orders: ReplicaOrder[] = [
      { kind: "epoch", record: { ...epoch(0, 100), inputs } },
      { kind: "save" },
      { kind: "remapped" },
      { kind: "end" },
    ];
    for (const order of orders) writer.send(order);
    expect(orders.map(() => reader.receive())).toEqual(orders);
  });

  it("moves its counter with each order, so that a reader about to sleep looks again", () => {
    const { writer, counter } = mailbox();
    writer.send({ kind: "save" });
    writer.send({ kind: "save" });
    expect(counter[0]).toBe(2);
  });

  it("goes on after the counter wraps", () => {
    const { writer, reader } = mailbox(0x7fff_ffff);
    const orders: ReplicaOrder[] = [
      { kind: "epoch", record: epoch(1, 100) },
      { kind: "save" },
      { kind: "epoch", record: epoch(2, 100) },
    ];
    for (const order of orders) writer.send(order);
    expect(orders.map(() => reader.receive())).toEqual(orders);
  });

  it("keeps the order of more epochs than fit into its ring", () => {
    const { writer, reader } = mailbox();
    const orders = Array.from({ length: 200 }, (_, number): ReplicaOrder => ({
      kind: "epoch",
      record: { epoch: number, steps: 1e9 + number, jumpTicks: 2 ** 40 + number, inputs: [] },
    }));
    for (const order of orders.slice(0, 150)) writer.send(order);
    const received = orders.slice(0, 120).map(() => reader.receive());
    for (const order of orders.slice(150)) writer.send(order);
    while (received.length < orders.length) received.push(reader.receive());
    expect(received).toEqual(orders);
  });
});
