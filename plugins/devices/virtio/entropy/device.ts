// Behaviour of the virtio entropy device: each buffer of the driver becomes a request for random bytes.
// Source: VIRTIO 1.2, section 5.4.6. Random bytes are inputs: logged, and the same for all replicas.
import type { DeviceContext, StateReader, StateWriter } from "../../../../core/index.ts";
import { type Segment, totalBytes, writeSegments } from "../descriptor-chain.ts";
import { MalformedQueue } from "../malformed-queue.ts";
import type { VirtioHandler } from "../virtio-handler.ts";
import type { Virtqueue } from "../virtqueue.ts";
import { decodeEntropyAnswer, encodeEntropyRequest } from "./wire-format.ts";

/** Bytes given per buffer at most, so that a guest can't make the host produce gigabytes. Drivers ask for 64 or fewer. */
const MAX_ENTROPY_BYTES = 65_536;

interface OpenRequest {
  readonly head: number;
  readonly writable: readonly Segment[];
}

export class EntropyDevice implements VirtioHandler {
  readonly #context: DeviceContext;
  readonly #queue: Virtqueue;
  /** By tag, in order of submission. */
  readonly #open = new Map<number, OpenRequest>();
  #nextTag = 0;

  constructor(context: DeviceContext, queue: Virtqueue) {
    this.#context = context;
    this.#queue = queue;
  }

  process(): void {
    for (let chain = this.#queue.pop(); chain !== undefined; chain = this.#queue.pop()) {
      if (chain.writableBytes === 0) {
        throw new MalformedQueue("entropy buffer that can't be filled");
      }
      const tag = this.#nextTag;
      this.#nextTag = (this.#nextTag + 1) >>> 0;
      this.#open.set(tag, { head: chain.head, writable: chain.writable });
      const bytes = Math.min(chain.writableBytes, MAX_ENTROPY_BYTES);
      this.#context.emit(encodeEntropyRequest({ tag, bytes }));
    }
  }

  deliver(bytes: Uint8Array): void {
    const answer = decodeEntropyAnswer(bytes);
    const request = answer && this.#open.get(answer.tag);
    if (answer === undefined || request === undefined) return;
    this.#open.delete(answer.tag);
    const random = answer.random.subarray(0, totalBytes(request.writable));
    writeSegments(this.#context.memory, request.writable, 0, random);
    this.#queue.push(request.head, random.length);
  }

  reset(): void {
    this.#open.clear();
  }

  save(writer: StateWriter): void {
    writer.section("virtio-entropy", 1);
    writer.u32(this.#nextTag);
    writer.u32(this.#open.size);
    for (const [tag, request] of this.#open) {
      writer.u32(tag);
      writer.u32(request.head);
      writer.u32(request.writable.length);
      for (const segment of request.writable) {
        writer.number(segment.offset);
        writer.u32(segment.length);
      }
    }
  }

  restore(reader: StateReader): void {
    reader.section("virtio-entropy", 1);
    this.#nextTag = reader.u32();
    this.#open.clear();
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      const tag = reader.u32();
      const head = reader.u32();
      const segments = reader.u32();
      const writable: Segment[] = [];
      for (let s = 0; s < segments; s++) {
        const offset = reader.number();
        writable.push({ offset, length: reader.u32() });
      }
      this.#open.set(tag, { head, writable });
    }
  }
}
