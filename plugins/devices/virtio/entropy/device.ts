// Behaviour of the virtio entropy device: each buffer of the driver becomes a request for random bytes.
// Source: VIRTIO 1.2, section 5.4.6. Random bytes are inputs: logged, and the same for all replicas.
import type { DeviceContext, StateReader, StateWriter } from "../../../../core/index.ts";
import { writeSegments } from "../descriptor-chain.ts";
import { MalformedQueue } from "../malformed-queue.ts";
import { OpenRequests } from "../open-requests.ts";
import type { VirtioHandler } from "../virtio-handler.ts";
import type { Virtqueue } from "../virtqueue.ts";
import { decodeEntropyAnswer, encodeEntropyRequest } from "./wire-format.ts";

/** Bytes given per buffer at most, so that a guest can't make the host produce gigabytes. Drivers ask for 64 or fewer. */
const MAX_ENTROPY_BYTES = 65_536;

export class EntropyDevice implements VirtioHandler {
  readonly #context: DeviceContext;
  readonly #queue: Virtqueue;
  readonly #open = new OpenRequests();

  constructor(context: DeviceContext, queue: Virtqueue) {
    this.#context = context;
    this.#queue = queue;
  }

  process(): void {
    for (let chain = this.#queue.pop(); chain !== undefined; chain = this.#queue.pop()) {
      if (chain.writableBytes === 0) {
        throw new MalformedQueue("entropy buffer that can't be filled");
      }
      const bytes = Math.min(chain.writableBytes, MAX_ENTROPY_BYTES);
      const tag = this.#open.add({ ...chain, answerBytes: bytes, heldBytes: bytes });
      this.#context.spend(bytes);
      this.#context.emit(encodeEntropyRequest({ tag, bytes }));
    }
  }

  deliver(bytes: Uint8Array): void {
    const answer = decodeEntropyAnswer(bytes);
    const request = answer && this.#open.take(answer.tag);
    if (answer === undefined || request === undefined) return;
    const random = answer.random.subarray(0, request.answerBytes);
    writeSegments(this.#context.memory, request.writable, 0, random);
    this.#queue.push(request.head, random.length);
  }

  reset(): void {
    this.#open.reset();
  }

  save(writer: StateWriter): void {
    writer.section("virtio-entropy", 3);
    this.#open.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section("virtio-entropy", 3);
    this.#open.restore(reader);
  }
}
