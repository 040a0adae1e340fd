// Orders for a replica worker: a message port, and a counter in shared memory that wakes the worker, so that its
// thread can sleep between orders without an event loop.
import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { ReplicaOrder } from "./replica-setup.ts";

/** Writing end, in the coordinator. */
export class MailboxWriter {
  readonly #port: MessagePort;
  readonly #counter: Int32Array<SharedArrayBuffer>;

  constructor(port: MessagePort, counter: SharedArrayBuffer) {
    this.#port = port;
    this.#counter = new Int32Array(counter);
  }

  send(order: ReplicaOrder): void {
    this.#port.postMessage(order);
    Atomics.add(this.#counter, 0, 1);
    Atomics.notify(this.#counter, 0);
  }
}

/** Reading end, in the worker. */
export class MailboxReader {
  readonly #port: MessagePort;
  readonly #counter: Int32Array<SharedArrayBuffer>;

  constructor(port: MessagePort, counter: SharedArrayBuffer) {
    this.#port = port;
    this.#counter = new Int32Array(counter);
  }

  /** Blocks until an order arrives. */
  receive(): ReplicaOrder {
    for (;;) {
      const seen = Atomics.load(this.#counter, 0);
      const message = receiveMessageOnPort(this.#port) as { message: ReplicaOrder } | undefined;
      if (message !== undefined) return message.message;
      Atomics.wait(this.#counter, 0, seen);
    }
  }
}
