import { describe, expect, it } from "vitest";
import { MalformedQueue } from "../../../../plugins/devices/virtio/malformed-queue.ts";
import { Virtqueue } from "../../../../plugins/devices/virtio/virtqueue.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../../core/machine/state-codec.ts";
import { FlatMemory, RAM_BASE } from "../device-bench.ts";

const SIZE = 4;
const AVAILABLE = 0x1000;
const USED = 0x2000;
const DATA = 0x3000;

function place(queue: Virtqueue): Virtqueue {
  queue.size = SIZE;
  queue.addresses.descriptors = RAM_BASE;
  queue.addresses.available = RAM_BASE + AVAILABLE;
  queue.addresses.used = RAM_BASE + USED;
  return queue;
}

function newQueue(): { memory: FlatMemory; queue: Virtqueue } {
  const memory = new FlatMemory();
  for (let i = 0; i < SIZE; i++) {
    memory.writeU64(i * 16, BigInt(RAM_BASE + DATA + i));
    memory.writeU32(i * 16 + 8, 1);
  }
  const queue = place(new Virtqueue(memory, RAM_BASE, 8));
  queue.enable();
  return { memory, queue };
}

/** Offers a buffer and takes it. @returns the head the queue gave. */
function offerAndPop(memory: FlatMemory, queue: Virtqueue, head: number): number | undefined {
  const index = memory.readU16(AVAILABLE + 2);
  memory.writeU16(AVAILABLE + 4 + 2 * (index % SIZE), head);
  memory.writeU16(AVAILABLE + 2, (index + 1) & 0xffff);
  return queue.pop()?.head;
}

describe("Virtqueue", () => {
  it("gives buffers again, in order, whose taking was undone", () => {
    const { memory, queue } = newQueue();
    const heads = [0, 1, 2].map((head) => offerAndPop(memory, queue, head));
    queue.unpop(2);
    expect([...heads, queue.pop()?.head, queue.pop()?.head]).toEqual([0, 1, 2, 1, 2]);
    expect(queue.pop()).toBeUndefined();
  });

  it("gives no more buffers in a pass than it has room for, however long its ring grows meanwhile", () => {
    const { memory, queue } = newQueue();
    queue.beginPass();
    const given = Array.from({ length: 2 * SIZE }, () => {
      const head = offerAndPop(memory, queue, 1);
      if (head !== undefined) queue.push(head, 0);
      return head;
    });
    expect(given.filter((head) => head !== undefined)).toHaveLength(SIZE);
    queue.beginPass();
    expect(queue.pop()?.head).toBe(1);
  });

  it("counts buffers that were put back in their pass, over save and restore", () => {
    const { memory, queue } = newQueue();
    queue.beginPass();
    for (const head of [0, 1, 2]) offerAndPop(memory, queue, head);
    queue.unpop(3);
    const writer = new BinaryStateWriter();
    queue.save(writer);
    const copy = new Virtqueue(memory, RAM_BASE, 8);
    copy.restore(new BinaryStateReader(writer.finish()));
    for (const each of [queue, copy]) {
      expect([each.pop()?.head, each.pop()?.head]).toEqual([0, undefined]);
      each.beginPass();
      expect([each.pop()?.head, each.pop()?.head]).toEqual([1, 2]);
    }
  });

  it("goes round its rings, and their 16-bit indexes, any number of times", () => {
    const { memory, queue } = newQueue();
    for (let i = 0; i < 0x1_0005; i++) {
      expect(offerAndPop(memory, queue, i % SIZE)).toBe(i % SIZE);
      queue.push(i % SIZE, i);
    }
    expect(memory.readU16(USED + 2)).toBe(5);
    // The last buffer is in slot (0x10004 mod 4).
    expect([memory.readU32(USED + 4), memory.readU32(USED + 8)]).toEqual([0, 0x1_0004]);
  });

  it("is broken when more buffers are offered than it has room for", () => {
    const { memory, queue } = newQueue();
    memory.writeU16(AVAILABLE + 2, SIZE + 1);
    expect(() => queue.pop()).toThrow(MalformedQueue);
  });

  it("is broken when buffers are offered again that the device still holds", () => {
    const { memory, queue } = newQueue();
    for (let head = 0; head < SIZE; head++) offerAndPop(memory, queue, head);
    expect(() => offerAndPop(memory, queue, 0)).toThrow(MalformedQueue);
    queue.push(0, 0);
    expect(queue.pop()?.head).toBe(0);
  });

  it("ignores buffers given back after it was stopped", () => {
    const { memory, queue } = newQueue();
    offerAndPop(memory, queue, 1);
    queue.disable();
    queue.push(1, 1);
    expect(memory.readU16(USED + 2)).toBe(0);
    expect(queue.takeSignal()).toBe(false);
    expect(queue.pop()).toBeUndefined();
  });

  it("goes on where it was saved", () => {
    const { memory, queue } = newQueue();
    for (const head of [0, 1, 2]) offerAndPop(memory, queue, head);
    queue.push(1, 7);
    const writer = new BinaryStateWriter();
    queue.save(writer);
    const copy = new Virtqueue(memory, RAM_BASE, 8);
    copy.restore(new BinaryStateReader(writer.finish()));
    expect(copy.takeSignal()).toBe(true);
    copy.push(0, 9);
    expect([memory.readU32(USED + 12), memory.readU32(USED + 16)]).toEqual([0, 9]);
    for (const head of [0, 1, 3]) expect(offerAndPop(memory, copy, head)).toBe(head);
    expect(() => offerAndPop(memory, copy, 0)).toThrow(MalformedQueue);
  });
});
