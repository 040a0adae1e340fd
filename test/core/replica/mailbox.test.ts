import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { MailboxReader, MailboxWriter } from "../../../core/replica/mailbox.ts";
import type { ReplicaOrder } from "../../../core/replica/replica-setup.ts";
import { epoch } from "./toy-setup.ts";

function mailbox(): { writer: MailboxWriter; reader: MailboxReader; counter: Int32Array } {
  const { port1, port2 } = new MessageChannel();
  // The ports must not keep the test's process alive.
  port1.unref();
  port2.unref();
  const shared = new SharedArrayBuffer(4);
  return {
    writer: new MailboxWriter(port1, shared),
    reader: new MailboxReader(port2, shared),
    counter: new Int32Array(shared),
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
    const { writer, reader, counter } = mailbox();
    counter[0] = 0x7fff_ffff;
    writer.send({ kind: "save" });
    writer.send({ kind: "end" });
    expect([reader.receive().kind, reader.receive().kind]).toEqual(["save", "end"]);
  });
});
