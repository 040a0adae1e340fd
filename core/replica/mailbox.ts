// Orders for a replica worker. Plain epochs, which are nearly all, go through a ring in shared memory; the rest goes
// through a message port. A counter wakes the worker, so that its thread can sleep between orders without an event loop.
//
//   word 0     orders sent
//   word 1     orders received
//   f64 each   ring of plain epochs: number of the order + 1, epoch, steps, ticks to jump
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { ReplicaOrder } from "./replica-setup.ts";

const SENT = 0;
const RECEIVED = 1;
const RING = 64;
const FIELDS = 4;
const RING_OFFSET = 8;
const BYTES = RING_OFFSET + RING * FIELDS * Float64Array.BYTES_PER_ELEMENT;
/** An order that comes within some ten microseconds is not worth a sleep, which costs more. */
const SPINS = 1000;

export function createMailbox(): SharedArrayBuffer {
  return new SharedArrayBuffer(BYTES);
}

/** Writing end, in the coordinator. */
export class MailboxWriter {
  readonly #port: MessagePort;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ring: Float64Array<SharedArrayBuffer>;

  constructor(port: MessagePort, mailbox: SharedArrayBuffer) {
    this.#port = port;
    this.#words = new Int32Array(mailbox, 0, 2);
    this.#ring = new Float64Array(mailbox, RING_OFFSET);
  }

  /** Plain epochs on their way, where they stand. */
  get state(): Float64Array {
    return this.#ring;
  }

  send(order: ReplicaOrder): void {
    if (!this.#putIntoRing(order)) this.#port.postMessage(order);
    Atomics.add(this.#words, SENT, 1);
    Atomics.notify(this.#words, SENT);
  }

  #putIntoRing(order: ReplicaOrder): boolean {
    if (order.kind !== "epoch" || order.record.inputs.length > 0) return false;
    const number = Atomics.load(this.#words, SENT);
    if (((number - Atomics.load(this.#words, RECEIVED)) | 0) >= RING) return false;
    const { epoch, steps, jumpTicks } = order.record;
    this.#ring.set([next(number), epoch, steps, jumpTicks], placeOf(number));
    return true;
  }
}

/** Reading end, in the worker. */
export class MailboxReader {
  readonly #port: MessagePort;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ring: Float64Array<SharedArrayBuffer>;
  #received: number;

  constructor(port: MessagePort, mailbox: SharedArrayBuffer) {
    this.#port = port;
    this.#words = new Int32Array(mailbox, 0, 2);
    this.#ring = new Float64Array(mailbox, RING_OFFSET);
    this.#received = Atomics.load(this.#words, RECEIVED);
  }

  /** Blocks until an order arrives. */
  receive(): ReplicaOrder {
    for (;;) {
      this.#waitForNext();
      const order = this.#fromRing() ?? this.#fromPort();
      if (order === undefined) continue;
      this.#received = next(this.#received);
      Atomics.store(this.#words, RECEIVED, this.#received);
      return order;
    }
  }

  #waitForNext(): void {
    for (let spins = 0; spins < SPINS; spins += 1) {
      if (Atomics.load(this.#words, SENT) !== this.#received) return;
    }
    while (Atomics.load(this.#words, SENT) === this.#received) {
      Atomics.wait(this.#words, SENT, this.#received);
    }
  }

  #fromRing(): ReplicaOrder | undefined {
    const at = placeOf(this.#received);
    const [number, epoch = 0, steps = 0, jumpTicks = 0] = this.#ring.subarray(at, at + FIELDS);
    if (number !== next(this.#received)) return undefined;
    return { kind: "epoch", record: { epoch, steps, jumpTicks, inputs: [] } };
  }

  #fromPort(): ReplicaOrder | undefined {
    const received = receiveMessageOnPort(this.#port) as { message: ReplicaOrder } | undefined;
    return received?.message;
  }
}

/** Numbers of orders wrap as the shared words do. */
function next(number: number): number {
  return (number + 1) | 0;
}

function placeOf(number: number): number {
  return (number & (RING - 1)) * FIELDS;
}
