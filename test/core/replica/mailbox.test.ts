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
      { kind: "hold", most: 4711 },
      { kind: "end" },
    ];
    for (const order of orders) writer.send(order);
    expect(orders.map(() => reader.receive())).toEqual(orders);
  });

  it("needs no message for plain epochs and for what belongs to a checkpoint", () => {
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    port2.unref();
    const shared = createMailbox();
    const silent = { postMessage: () => expect.unreachable() } as unknown as typeof port1;
    const writer = new MailboxWriter(silent, shared);
    const orders: ReplicaOrder[] = [
      { kind: "epoch", record: epoch(0, 100) },
      { kind: "save" },
      { kind: "hold", most: 4711 },
    ];
    for (const order of orders) writer.send(order);
    const reader = new MailboxReader(port2, shared);
    expect(orders.map(() => reader.receive())).toEqual(orders);
  });

  it("tells before the next order that pages were remapped, once", () => {
    const { writer, reader, counter } = mailbox();
    writer.send({ kind: "remapped" });
    writer.send({ kind: "remapped" });
    expect(counter[0]).toBe(0);
    writer.send({ kind: "save" });
    expect([reader.receive(), reader.receive()]).toEqual([{ kind: "remapped" }, { kind: "save" }]);
    writer.send({ kind: "remapped" });
    writer.send({ kind: "end" });
    expect([reader.receive(), reader.receive()]).toEqual([{ kind: "remapped" }, { kind: "end" }]);
  });

  it("tells whether a state is asked for next", () => {
    const { writer, reader } = mailbox();
    expect(reader.isSaveNext).toBe(false);
    writer.send({ kind: "epoch", record: epoch(0, 100) });
    writer.send({ kind: "save" });
    expect(reader.isSaveNext).toBe(false);
    reader.receive();
    expect(reader.isSaveNext).toBe(true);
    reader.receive();
    expect(reader.isSaveNext).toBe(false);
    writer.send({ kind: "hold", most: 1 });
    expect(reader.isSaveNext).toBe(true);
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

  describe("with a damaged order", () => {
    const order: ReplicaOrder = { kind: "epoch", record: epoch(3, 100) };
    const inputs = [{ channel: "uart0", bytes: Uint8Array.of(1, 2, 3) }];
    const withInputs: ReplicaOrder = { kind: "epoch", record: { ...epoch(3, 100), inputs } };
    /** Of an entry in the ring. */
    const STEPS = 2;

    it("reads a plain epoch in its second copy", () => {
      const { writer, reader } = mailbox();
      writer.send(order);
      writer.state[STEPS] = 101;
      expect(reader.receive()).toEqual(order);
    });

    it.each<[string, number]>([
      ["is damaged", STEPS],
      ["has another number", 0],
    ])("ends the replica when a plain epoch %s in both", (_what, field) => {
      const { writer, reader } = mailbox();
      writer.send(order);
      for (let at = field; at < writer.state.length; at += writer.state.length / 2) {
        writer.state[at] = 101;
      }
      expect(() => reader.receive()).toThrow("order 0 is lost or damaged");
    });

    it.each<[string, (sealed: { order: ReplicaOrder; number: number; seal: number }) => void]>([
      [
        "its input",
        ({ order: sent }) => sent.kind === "epoch" && sent.record.inputs[0]?.bytes.fill(0),
      ],
      ["its kind", (sealed) => (sealed.order = { kind: "save" })],
      ["its number", (sealed) => (sealed.number += 1)],
      ["its seal", (sealed) => (sealed.seal += 1)],
    ])("ends the replica when a message differs in %s", (_what, damage) => {
      const strike = (areSealsChecked: boolean): MailboxReader => {
        const { port1, port2 } = new MessageChannel();
        port1.unref();
        port2.unref();
        const shared = createMailbox(areSealsChecked);
        const struck = {
          postMessage: (sealed: Parameters<typeof damage>[0]) => {
            const copy = structuredClone(sealed);
            damage(copy);
            port1.postMessage(copy);
          },
        } as unknown as typeof port1;
        new MailboxWriter(struck, shared).send(withInputs);
        return new MailboxReader(port2, shared);
      };
      expect(() => strike(true).receive()).toThrow("order 0 is damaged");
      expect(strike(false).receive().kind).toMatch(/epoch|save/);
    });

    it("takes a new state of a repaired replica only as it was sent", () => {
      const { writer, reader } = mailbox();
      const restore: ReplicaOrder = { kind: "restore", state: Uint8Array.of(1, 2) };
      writer.send(restore);
      expect(reader.receive()).toEqual(restore);
    });
  });
});
