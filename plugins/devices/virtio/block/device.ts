// Behaviour of the virtio block device: guest requests become outputs, the backend's answers complete them.
// Source: VIRTIO 1.2, section 5.2.6. Several requests may be in flight.
import type { DeviceContext, StateReader, StateWriter } from "../../../../core/index.ts";
import {
  type DescriptorChain,
  readSegments,
  totalBytes,
  writeSegments,
} from "../descriptor-chain.ts";
import { MalformedQueue } from "../malformed-queue.ts";
import { type OpenRequest, OpenRequests } from "../open-requests.ts";
import type { VirtioHandler } from "../virtio-handler.ts";
import type { Virtqueue } from "../virtqueue.ts";
import type { BlockFacts } from "./facts.ts";
import {
  BLOCK_REQUEST,
  type BlockAnswer,
  type BlockRequestType,
  decodeBlockAnswer,
  encodeBlockRequest,
  SECTOR_BYTES,
} from "./wire-format.ts";

/** Segments and bytes per segment offered to the driver; their product bounds what one request may move. */
export const MAX_SEGMENTS = 254;
export const MAX_SEGMENT_BYTES = 65_536;
const MAX_DATA_BYTES = MAX_SEGMENTS * MAX_SEGMENT_BYTES;

/** Data of requests under way from which on no other is begun, so that a full ring can't make the host hold gigabytes. */
const MAX_HELD_BYTES = 16_777_216;

/**
 * What a request counts beside its data, in requests under way and in the work of an epoch, after which the disk has to
 * hold everything for sure. The host waits some milliseconds for each: 16 at once and 32 in an epoch are enough.
 */
export const DURABLE_WORK_BYTES = 1_048_576;

const HEADER_BYTES = 16;
const ID_BYTES = 20;
const VIRTIO_TYPE = { in: 0, out: 1, flush: 4, getId: 8 } as const;
const STATUS = { ok: 0, ioError: 1, unsupported: 2 } as const;

interface BlockParts {
  readonly queue: Virtqueue;
  /** Whether the driver negotiated FLUSH. If not, a write that is done must be durable (section 5.2.6.2). */
  canFlush(): boolean;
  isDriverReady(): boolean;
}

export class BlockDevice implements VirtioHandler {
  readonly #context: DeviceContext;
  readonly #facts: BlockFacts;
  readonly #queue: Virtqueue;
  readonly #canFlush: () => boolean;
  readonly #isDriverReady: () => boolean;
  readonly #open = new OpenRequests();

  constructor(context: DeviceContext, facts: BlockFacts, parts: BlockParts) {
    this.#context = context;
    this.#facts = facts;
    this.#queue = parts.queue;
    this.#canFlush = () => parts.canFlush();
    this.#isDriverReady = () => parts.isDriverReady();
  }

  process(): void {
    while (!this.#isFull) {
      const chain = this.#queue.pop();
      if (chain === undefined) return;
      this.#begin(chain);
    }
  }

  deliver(bytes: Uint8Array): void {
    const answer = decodeBlockAnswer(bytes);
    const wasFull = this.#isFull;
    const request = answer && this.#open.take(answer.tag);
    if (answer === undefined || request === undefined) return;
    this.#complete(request, answer);
    // What had to wait in the ring for its turn.
    if (wasFull && this.#isDriverReady()) this.process();
  }

  get #isFull(): boolean {
    return this.#open.heldBytes >= MAX_HELD_BYTES;
  }

  #complete(request: OpenRequest, answer: BlockAnswer): void {
    if (!answer.isDone || answer.data.length !== request.answerBytes) {
      this.#finish(request, STATUS.ioError, 0);
      return;
    }
    writeSegments(this.#context.memory, request.writable, 0, answer.data);
    this.#finish(request, STATUS.ok, request.answerBytes);
  }

  reset(): void {
    this.#open.reset();
  }

  save(writer: StateWriter): void {
    writer.section("virtio-block", 2);
    this.#open.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section("virtio-block", 2);
    this.#open.restore(reader);
  }

  #begin(chain: DescriptorChain): void {
    if (chain.readableBytes < HEADER_BYTES || chain.writableBytes < 1) {
      throw new MalformedQueue("block request without header or status");
    }
    const header = readSegments(this.#context.memory, chain.readable, 0, HEADER_BYTES);
    const view = new DataView(header.buffer);
    const sector = Number(view.getBigUint64(8, true));
    switch (view.getUint32(0, true)) {
      case VIRTIO_TYPE.in:
        this.#read(chain, sector);
        break;
      case VIRTIO_TYPE.out:
        this.#write(chain, sector);
        break;
      case VIRTIO_TYPE.flush:
        this.#submit(chain, BLOCK_REQUEST.flush, 0, 0, new Uint8Array(0));
        break;
      case VIRTIO_TYPE.getId:
        this.#identify(chain);
        break;
      default:
        this.#finish(withoutData(chain), STATUS.unsupported, 0);
    }
  }

  #read(chain: DescriptorChain, sector: number): void {
    const bytes = chain.writableBytes - 1;
    if (!this.#isInside(sector, bytes)) this.#finish(withoutData(chain), STATUS.ioError, 0);
    else this.#submit(chain, BLOCK_REQUEST.read, sector, bytes, new Uint8Array(0));
  }

  #write(chain: DescriptorChain, sector: number): void {
    const bytes = chain.readableBytes - HEADER_BYTES;
    if (this.#facts.readOnly || !this.#isInside(sector, bytes)) {
      this.#finish(withoutData(chain), STATUS.ioError, 0);
      return;
    }
    const data = readSegments(this.#context.memory, chain.readable, HEADER_BYTES, bytes);
    const type = this.#canFlush() ? BLOCK_REQUEST.write : BLOCK_REQUEST.writeThrough;
    this.#submit(chain, type, sector, bytes, data);
  }

  #isInside(sector: number, bytes: number): boolean {
    const isWhole = bytes > 0 && bytes <= MAX_DATA_BYTES && bytes % SECTOR_BYTES === 0;
    return isWhole && sector + bytes / SECTOR_BYTES <= this.#facts.capacitySectors;
  }

  #submit(
    chain: DescriptorChain,
    type: BlockRequestType,
    sector: number,
    bytes: number,
    data: Uint8Array,
  ): void {
    const answerBytes = type === BLOCK_REQUEST.read ? bytes : 0;
    const extra = isDurable(type) ? DURABLE_WORK_BYTES : 0;
    const tag = this.#open.add({ ...chain, answerBytes, heldBytes: bytes + extra });
    this.#context.spend(answerBytes + extra);
    this.#context.emit(encodeBlockRequest({ type, tag, sector, bytes, data }));
  }

  #identify(chain: DescriptorChain): void {
    const id = new Uint8Array(Math.min(ID_BYTES, chain.writableBytes - 1));
    for (let i = 0; i < id.length; i++) id[i] = this.#facts.serial.charCodeAt(i) & 0x7f;
    writeSegments(this.#context.memory, chain.writable, 0, id);
    this.#finish(withoutData(chain), STATUS.ok, id.length);
  }

  /** Stores the status in the last writable byte and gives the buffer back. */
  #finish(request: OpenRequest, status: number, dataBytes: number): void {
    const last = totalBytes(request.writable) - 1;
    writeSegments(this.#context.memory, request.writable, last, Uint8Array.of(status));
    this.#queue.push(request.head, dataBytes + 1);
  }
}

function isDurable(type: BlockRequestType): boolean {
  return type === BLOCK_REQUEST.flush || type === BLOCK_REQUEST.writeThrough;
}

function withoutData(chain: DescriptorChain): OpenRequest {
  return { head: chain.head, writable: chain.writable, answerBytes: 0, heldBytes: 0 };
}
