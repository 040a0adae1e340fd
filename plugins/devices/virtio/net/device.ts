// Behaviour of the virtio network device: queue 0 receives, queue 1 transmits. Source: VIRTIO 1.2, section 5.1.6.
// No offloads: each buffer is a frame behind a header that says so. Frames that find no buffer wait in a bounded queue
// inside the sphere, so that all replicas lose the same ones.
import type { DeviceContext, StateReader, StateWriter } from "../../../../core/index.ts";
import { type DescriptorChain, readSegments, writeSegments } from "../descriptor-chain.ts";
import { MalformedQueue } from "../malformed-queue.ts";
import type { VirtioHandler } from "../virtio-handler.ts";
import type { Virtqueue } from "../virtqueue.ts";
import { NetConfigSpace } from "./config-space.ts";
import { FrameQueue } from "./frame-queue.ts";
import { LinkRate } from "./link-rate.ts";
import { decodeNetInput, FRAME_OVERHEAD_BYTES, MIN_FRAME_BYTES } from "./wire-format.ts";

export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;

/** flags u8 | gso_type u8 | hdr_len u16 | gso_size u16 | csum_start u16 | csum_offset u16 | num_buffers u16 */
const HEADER_BYTES = 12;
const NUM_BUFFERS = 10;

interface NetParts {
  readonly receiveQueue: Virtqueue;
  readonly transmitQueue: Virtqueue;
  readonly mac: Uint8Array;
  readonly mtu: number;
  readonly isLinkUp: boolean;
  isDriverReady(): boolean;
  /** Whether the driver negotiated MRG_RXBUF: a frame may be spread over several buffers. */
  isMergeable(): boolean;
}

export class NetDevice implements VirtioHandler {
  readonly config: NetConfigSpace;
  readonly #context: DeviceContext;
  readonly #parts: NetParts;
  readonly #maxFrameBytes: number;
  readonly #waiting = new FrameQueue();
  readonly #rate: LinkRate;

  constructor(context: DeviceContext, parts: NetParts) {
    this.#context = context;
    this.#parts = parts;
    this.#maxFrameBytes = parts.mtu + FRAME_OVERHEAD_BYTES;
    this.#rate = new LinkRate(context.clock);
    this.config = new NetConfigSpace(parts.mac, parts.mtu, parts.isLinkUp);
  }

  process(queue: number): void {
    if (queue === RECEIVE_QUEUE) this.#fillBuffers();
    else this.#transmit();
  }

  deliver(bytes: Uint8Array): void {
    const input = decodeNetInput(bytes);
    if (input?.kind === "link") this.config.setLink(input.isUp);
    // Nobody listens: a card that no driver has started receives nothing.
    else if (input?.kind === "frame" && this.#parts.isDriverReady()) this.#receive(input.frame);
  }

  reset(): void {
    this.#waiting.clear();
  }

  save(writer: StateWriter): void {
    writer.section("virtio-net", 1);
    this.config.save(writer);
    this.#rate.save(writer);
    this.#waiting.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section("virtio-net", 1);
    this.config.restore(reader);
    this.#rate.restore(reader);
    this.#waiting.restore(reader);
  }

  #receive(frame: Uint8Array): void {
    if (frame.length > this.#maxFrameBytes) return;
    this.#waiting.push(frame);
    this.#fillBuffers();
  }

  #fillBuffers(): void {
    for (let frame = this.#waiting.first; frame !== undefined; frame = this.#waiting.first) {
      const buffers = this.#takeBuffers(HEADER_BYTES + frame.length);
      if (buffers === undefined) return;
      this.#store(frame, buffers);
      this.#waiting.shift();
    }
  }

  /** @returns buffers that hold so many bytes, none where the driver never will offer such, undefined to wait for more */
  #takeBuffers(bytes: number): readonly DescriptorChain[] | undefined {
    const queue = this.#parts.receiveQueue;
    const most = this.#parts.isMergeable() ? queue.size : 1;
    const buffers: DescriptorChain[] = [];
    for (let room = 0; room < bytes;) {
      const buffer = buffers.length < most ? queue.pop() : undefined;
      if (buffer === undefined) {
        queue.unpop(buffers.length);
        return buffers.length === most ? [] : undefined;
      }
      if (buffer.writableBytes < HEADER_BYTES) {
        throw new MalformedQueue("receive buffer too small for a header");
      }
      buffers.push(buffer);
      room += buffer.writableBytes;
    }
    return buffers;
  }

  /** Spreads header and frame over the buffers; without any the frame is lost. */
  #store(frame: Uint8Array, buffers: readonly DescriptorChain[]): void {
    const bytes = new Uint8Array(HEADER_BYTES + frame.length);
    new DataView(bytes.buffer).setUint16(NUM_BUFFERS, buffers.length, true);
    bytes.set(frame, HEADER_BYTES);
    let done = 0;
    for (const { head, writable, writableBytes } of buffers) {
      const part = bytes.subarray(done, done + writableBytes);
      writeSegments(this.#context.memory, writable, 0, part);
      this.#parts.receiveQueue.push(head, part.length);
      done += part.length;
    }
  }

  #transmit(): void {
    const queue = this.#parts.transmitQueue;
    for (let chain = queue.pop(); chain !== undefined; chain = queue.pop()) {
      const { head, readable, readableBytes } = chain;
      const length = readableBytes - HEADER_BYTES;
      if (length < 0) throw new MalformedQueue("transmit buffer without a header");
      if (this.#isCarried(length)) {
        this.#context.emit(readSegments(this.#context.memory, readable, HEADER_BYTES, length));
      }
      queue.push(head, 0);
    }
  }

  /** What is no frame, or meets a link that is down or congested, is lost, as on a wire. */
  #isCarried(length: number): boolean {
    if (length < MIN_FRAME_BYTES || length > this.#maxFrameBytes) return false;
    return this.config.isLinkUp && this.#rate.take(length);
  }
}
