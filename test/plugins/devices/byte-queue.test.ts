import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../../plugins/devices/byte-queue.ts";

describe("ByteQueue", () => {
  it("gives bytes back in order, like an array", () => {
    const operation = fc.oneof(
      fc.record({ push: fc.uint8Array({ maxLength: 700 }) }),
      fc.record({ take: fc.integer({ min: 0, max: 900 }) }),
      fc.constant("shift" as const),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const queue = new ByteQueue();
        const model: number[] = [];
        for (const step of operations) {
          if (step === "shift") expect(queue.shift()).toBe(model.shift() ?? -1);
          else if ("push" in step) {
            queue.push(step.push);
            model.push(...step.push);
          } else expect([...queue.take(step.take)]).toEqual(model.splice(0, step.take));
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });
});
