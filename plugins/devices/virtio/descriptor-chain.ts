// Buffers of a split virtqueue: chains of descriptors, direct or indirect. VIRTIO 1.2, sections 2.7.4 and 2.7.5.
//
//   descriptor (16 bytes): address u64 | length u32 | flags u16 (1 NEXT, 2 WRITE, 4 INDIRECT) | next u16
import type { DeviceMemory } from "../../../core/index.ts";
import { MalformedQueue } from "./malformed-queue.ts";

const DESCRIPTOR_BYTES = 16;
const FLAG_NEXT = 1;
const FLAG_WRITE = 2;
const FLAG_INDIRECT = 4;
/** Longest indirect table accepted: the largest queue any virtio transport allows in practice. */
const MAX_INDIRECT_DESCRIPTORS = 1024;

/** A stretch of guest RAM: `offset` counts from the first byte of RAM. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

/** One buffer: what the device may read, then what it may write. */
export interface DescriptorChain {
  /** Index of the first descriptor: how the buffer is named in the used ring. */
  readonly head: number;
  readonly readable: readonly Segment[];
  readonly writable: readonly Segment[];
  readonly readableBytes: number;
  readonly writableBytes: number;
}

interface DescriptorTable {
  /** Guest-physical. */
  readonly address: number;
  readonly entries: number;
}

/** Work that a descriptor is worth, in bytes. */
const DESCRIPTOR_WORK_BYTES = 64;

/**
 * Walks the chain that starts at `head`.
 * @param spend told of the work for each descriptor, of broken chains as well
 * @throws MalformedQueue for loops, bad indexes, ranges outside RAM, bad flags.
 */
export function readDescriptorChain(
  memory: DeviceMemory,
  ramBase: number,
  queueTable: DescriptorTable,
  head: number,
  spend: (bytes: number) => void = () => {},
): DescriptorChain {
  const readable: Segment[] = [];
  const writable: Segment[] = [];
  let table = queueTable;
  let index = head;
  for (let visited = 0; ; visited++) {
    if (index >= table.entries) throw new MalformedQueue(`descriptor ${index} of ${table.entries}`);
    if (visited >= table.entries) throw new MalformedQueue(`loop in the chain at ${head}`);
    spend(DESCRIPTOR_WORK_BYTES);
    const at = table.address - ramBase + index * DESCRIPTOR_BYTES;
    const address = memory.readU32(at) + memory.readU32(at + 4) * 2 ** 32;
    const length = memory.readU32(at + 8);
    const flags = memory.readU16(at + 12);
    const offset = address - ramBase;
    if (length === 0 || offset < 0 || !memory.contains(offset, length)) {
      throw new MalformedQueue(`buffer at 0x${address.toString(16)}, ${length} bytes`);
    }
    if (flags & FLAG_INDIRECT) {
      table = indirectTable(queueTable === table, address, length, flags);
      index = 0;
      visited = -1;
      continue;
    }
    if (flags & FLAG_WRITE) writable.push({ offset, length });
    else if (writable.length > 0) throw new MalformedQueue("readable part after a writable one");
    else readable.push({ offset, length });
    if ((flags & FLAG_NEXT) === 0) break;
    index = memory.readU16(at + 14);
  }
  return {
    head,
    readable,
    writable,
    readableBytes: totalBytes(readable),
    writableBytes: totalBytes(writable),
  };
}

function indirectTable(
  isDirect: boolean,
  address: number,
  length: number,
  flags: number,
): DescriptorTable {
  const entries = length / DESCRIPTOR_BYTES;
  const isUsable = isDirect && (flags & FLAG_NEXT) === 0 && Number.isInteger(entries);
  if (!isUsable || entries > MAX_INDIRECT_DESCRIPTORS) {
    throw new MalformedQueue(`indirect table of ${length} bytes, flags ${flags}`);
  }
  return { address, entries };
}

export function totalBytes(segments: readonly Segment[]): number {
  let total = 0;
  for (const segment of segments) total += segment.length;
  return total;
}

/** Copies `length` bytes out of the segments, from byte `start` of them. The range must lie inside. */
export function readSegments(
  memory: DeviceMemory,
  segments: readonly Segment[],
  start: number,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  for (const { offset, count } of partsOf(segments, start, length)) {
    bytes.set(memory.read(offset, count), done);
    done += count;
  }
  return bytes;
}

/** Stores `bytes` into the segments, from byte `start` of them. The range must lie inside. */
export function writeSegments(
  memory: DeviceMemory,
  segments: readonly Segment[],
  start: number,
  bytes: Uint8Array,
): void {
  let done = 0;
  for (const { offset, count } of partsOf(segments, start, bytes.length)) {
    memory.write(offset, bytes.subarray(done, done + count));
    done += count;
  }
}

function* partsOf(
  segments: readonly Segment[],
  start: number,
  length: number,
): Generator<{ offset: number; count: number }> {
  let skip = start;
  let left = length;
  for (const segment of segments) {
    if (left === 0) return;
    if (skip >= segment.length) {
      skip -= segment.length;
      continue;
    }
    const count = Math.min(left, segment.length - skip);
    yield { offset: segment.offset + skip, count };
    skip = 0;
    left -= count;
  }
}
