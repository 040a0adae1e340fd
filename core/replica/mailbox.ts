// Orders for a replica worker. Plain epochs, which are nearly all, and what belongs to a checkpoint go through a ring in
// shared memory; the rest goes through a message port. A counter wakes the worker, so that its thread can sleep between
// orders without an event loop.
//
//   word 0     orders sent
//   word 1     orders received
//   word 2     1: seals are looked at
//   word 3     times that pages were remapped while the replica stood still: told before the next order
//   f64 each   ring of plain orders, every entry twice: number of the order + 1, epoch, steps, ticks to jump, seal; a
//              negative epoch stands for another order
//
// A broken entry is read in its second copy. An order that is broken everywhere ends the replica: the coordinator, which
// has the log, starts another one.
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { EpochRecord } from "../api/epoch.ts";
import { sealOfRecord } from "../integrity/seal.ts";
import { isOrderIntact, sealOrder, type SealedOrder } from "./order-seal.ts";
import type { ReplicaOrder } from "./replica-setup.ts";

const SENT = 0;
const RECEIVED = 1;
const RING = 64;
const FIELDS = 5;
const COPIES = 2;
const CHECKED = 2;
const REMAPPED = 3;
const RING_OFFSET = 16;
const BYTES = RING_OFFSET + RING * COPIES * FIELDS * Float64Array.BYTES_PER_ELEMENT;
/** An order that comes within some ten microseconds is not worth a sleep, which costs more. */
const SPINS = 1000;

/** Orders that fit into the place of an epoch, by what stands for them. */
const BARE = { save: -1, hold: -2 } as const;

/** Looks for an order that was announced, a millisecond apart, after which it counts as lost. */
const LOOKS = 100;

/** @param areSealsChecked false: whatever stands there is obeyed */
export function createMailbox(areSealsChecked = true): SharedArrayBuffer {
  const mailbox = new SharedArrayBuffer(BYTES);
  new Int32Array(mailbox)[CHECKED] = areSealsChecked ? 1 : 0;
  return mailbox;
}

/** Writing end, in the coordinator. */
export class MailboxWriter {
  readonly #port: MessagePort;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ring: Float64Array<SharedArrayBuffer>;

  constructor(port: MessagePort, mailbox: SharedArrayBuffer) {
    this.#port = port;
    this.#words = new Int32Array(mailbox, 0, 4);
    this.#ring = new Float64Array(mailbox, RING_OFFSET);
  }

  /** Plain orders on their way, where they stand. */
  get state(): Float64Array {
    return this.#ring;
  }

  send(order: ReplicaOrder): void {
    // HOT: no order of its own, and nobody is woken for it (bench: checkpoint pause).
    if (order.kind === "remapped") {
      Atomics.add(this.#words, REMAPPED, 1);
      return;
    }
    if (!this.#putIntoRing(order)) {
      this.#port.postMessage(sealOrder(order, Atomics.load(this.#words, SENT)));
    }
    Atomics.add(this.#words, SENT, 1);
    Atomics.notify(this.#words, SENT);
  }

  #putIntoRing(order: ReplicaOrder): boolean {
    const record = plainRecordOf(order);
    if (record === undefined) return false;
    const number = Atomics.load(this.#words, SENT);
    if (((number - Atomics.load(this.#words, RECEIVED)) | 0) >= RING) return false;
    const { epoch, steps, jumpTicks } = record;
    const seal = sealOfRecord(record, number);
    for (let copy = 0; copy < COPIES; copy++) {
      this.#ring.set([next(number), epoch, steps, jumpTicks, seal], placeOf(number, copy));
    }
    return true;
  }
}

/** Reading end, in the worker. */
export class MailboxReader {
  readonly #port: MessagePort;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ring: Float64Array<SharedArrayBuffer>;
  #received: number;
  #remapped: number;

  constructor(port: MessagePort, mailbox: SharedArrayBuffer) {
    this.#port = port;
    this.#words = new Int32Array(mailbox, 0, 4);
    this.#ring = new Float64Array(mailbox, RING_OFFSET);
    this.#received = Atomics.load(this.#words, RECEIVED);
    this.#remapped = Atomics.load(this.#words, REMAPPED);
  }

  /** Blocks until an order arrives. @throws RangeError when it is damaged, or lost */
  receive(): ReplicaOrder {
    for (let looks = 0; ; looks += 1) {
      this.#waitForNext();
      const remapped = Atomics.load(this.#words, REMAPPED);
      if (remapped !== this.#remapped) {
        this.#remapped = remapped;
        return { kind: "remapped" };
      }
      const order = this.#fromRing() ?? this.#fromPort();
      if (order === undefined) {
        if (looks >= LOOKS) throw new RangeError(`order ${this.#received} is lost or damaged`);
        Atomics.wait(this.#words, RECEIVED, this.#received, 1);
        continue;
      }
      this.#received = next(this.#received);
      Atomics.store(this.#words, RECEIVED, this.#received);
      return order;
    }
  }

  /** Whether the next order is there, and asks for the state. */
  get isSaveNext(): boolean {
    if (Atomics.load(this.#words, SENT) === this.#received) return false;
    const kind = this.#fromRing()?.kind;
    return kind === "save" || kind === "hold";
  }

  #waitForNext(): void {
    for (let spins = 0; spins < SPINS; spins += 1) {
      if (Atomics.load(this.#words, SENT) !== this.#received) return;
    }
    while (Atomics.load(this.#words, SENT) === this.#received) {
      Atomics.wait(this.#words, SENT, this.#received);
    }
  }

  get #isChecked(): boolean {
    return this.#words[CHECKED] !== 0;
  }

  #fromRing(): ReplicaOrder | undefined {
    for (let copy = 0; copy < COPIES; copy++) {
      const at = placeOf(this.#received, copy);
      const entry = this.#ring.subarray(at, at + FIELDS);
      const [number, epoch = 0, steps = 0, jumpTicks = 0, seal] = entry;
      if (number !== next(this.#received)) continue;
      const record: EpochRecord = { epoch, steps, jumpTicks, inputs: [] };
      if (this.#isChecked && seal !== sealOfRecord(record, this.#received)) continue;
      return orderOf(record);
    }
    return undefined;
  }

  #fromPort(): ReplicaOrder | undefined {
    const received = receiveMessageOnPort(this.#port) as { message: SealedOrder } | undefined;
    if (received === undefined) return undefined;
    if (this.#isChecked && !isOrderIntact(received.message, this.#received)) {
      throw new RangeError(`order ${this.#received} is damaged`);
    }
    return received.message.order;
  }
}

/** What stands in the ring for an order; undefined for one that does not fit in there. */
function plainRecordOf(order: ReplicaOrder): EpochRecord | undefined {
  if (order.kind === "epoch") return order.record.inputs.length === 0 ? order.record : undefined;
  if (order.kind === "hold") {
    return { epoch: BARE.hold, steps: order.most, jumpTicks: 0, inputs: [] };
  }
  if (order.kind !== "save") return undefined;
  return { epoch: BARE.save, steps: 0, jumpTicks: 0, inputs: [] };
}

function orderOf(record: EpochRecord): ReplicaOrder {
  if (record.epoch === BARE.save) return { kind: "save" };
  if (record.epoch === BARE.hold) return { kind: "hold", most: record.steps };
  return { kind: "epoch", record };
}

/** Numbers of orders wrap as the shared words do. */
function next(number: number): number {
  return (number + 1) | 0;
}

function placeOf(number: number, copy: number): number {
  return (copy * RING + (number & (RING - 1))) * FIELDS;
}
