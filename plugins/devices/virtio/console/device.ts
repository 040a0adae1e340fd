// Behaviour of the virtio console: queue 0 receives, queue 1 transmits. One port. Source: VIRTIO 1.2, section 5.3.6.
import type {
  ConsolePort,
  DeviceContext,
  StateReader,
  StateWriter,
} from "../../../../core/index.ts";
import { ByteQueue } from "../../byte-queue.ts";
import { readSegments, writeSegments } from "../descriptor-chain.ts";
import { MalformedQueue } from "../malformed-queue.ts";
import type { VirtioHandler } from "../virtio-handler.ts";
import type { Virtqueue } from "../virtqueue.ts";

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;

/** Bytes of one transmit buffer at most, so that a guest can't make the host hold gigabytes. Drivers send a page. */
const MAX_TRANSMIT_BYTES = 65_536;

export class ConsoleDevice implements VirtioHandler {
  readonly console: ConsolePort = {
    write: (byte) => this.#context.emit(Uint8Array.of(byte)),
    read: () => this.#received.shift(),
  };

  readonly #context: DeviceContext;
  readonly #receiveQueue: Virtqueue;
  readonly #transmitQueue: Virtqueue;
  /**
   * Host bytes for which the driver has offered no buffer yet. They survive a reset of the device. What comes while 16 MiB
   * wait is lost: virtio consoles can't tell a driver.
   */
  readonly #received = new ByteQueue();

  constructor(context: DeviceContext, receiveQueue: Virtqueue, transmitQueue: Virtqueue) {
    this.#context = context;
    this.#receiveQueue = receiveQueue;
    this.#transmitQueue = transmitQueue;
  }

  process(queue: number): void {
    if (queue === RECEIVE_QUEUE) this.#fillBuffers();
    else this.#transmit();
  }

  deliver(bytes: Uint8Array): void {
    this.#received.push(bytes);
    this.#fillBuffers();
  }

  reset(): void {}

  save(writer: StateWriter): void {
    writer.section("virtio-console", 1);
    this.#received.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section("virtio-console", 1);
    this.#received.restore(reader);
  }

  #fillBuffers(): void {
    while (this.#received.length > 0) {
      const chain = this.#receiveQueue.pop();
      if (chain === undefined) return;
      if (chain.writableBytes === 0) {
        throw new MalformedQueue("receive buffer that can't be filled");
      }
      const bytes = this.#received.take(chain.writableBytes);
      writeSegments(this.#context.memory, chain.writable, 0, bytes);
      this.#receiveQueue.push(chain.head, bytes.length);
    }
  }

  #transmit(): void {
    const queue = this.#transmitQueue;
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      const { readable, readableBytes } = chain;
      if (readableBytes > MAX_TRANSMIT_BYTES) throw new MalformedQueue("transmit buffer too large");
      if (readableBytes > 0) {
        this.#context.emit(readSegments(this.#context.memory, readable, 0, readableBytes));
      }
      queue.push(chain.head, 0);
    }
  }
}
