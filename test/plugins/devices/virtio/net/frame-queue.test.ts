import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  FrameQueue,
  MAX_WAITING_FRAMES,
} from "../../../../../plugins/devices/virtio/net/frame-queue.ts";

describe("FrameQueue", () => {
  it("gives frames in their order, also where it never runs empty", () => {
    const queue = new FrameQueue();
    queue.push(Uint8Array.of(0, 0));
    const numbers = Array.from({ length: 3 * MAX_WAITING_FRAMES }, (_, index) => index);
    const given = numbers.map((number) => {
      const [low = 0, high = 0] = queue.first ?? [];
      queue.push(Uint8Array.of((number + 1) & 0xff, (number + 1) >> 8));
      queue.shift();
      return low + high * 256;
    });
    expect(given).toEqual(numbers);
    queue.shift();
    expect(queue.first).toBeUndefined();
  });

  it("forgets the frames taken, also where it never runs empty", async () => {
    const queue = new FrameQueue();
    queue.push(new Uint8Array(1));
    const taken = new WeakRef(queue.first as Uint8Array);
    for (let count = 0; count < MAX_WAITING_FRAMES; count += 1) {
      queue.push(new Uint8Array(1));
      queue.shift();
    }
    // A WeakRef holds what it was made of until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(taken.deref()).toBeUndefined();
    expect(queue.first).toBeDefined();
  });
});

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
