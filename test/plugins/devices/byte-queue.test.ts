import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteQueue } from "../../../plugins/devices/byte-queue.ts";

type Step = "shift" | { readonly push: Uint8Array } | { readonly take: number };

/** Does the same to queue and array. @returns what each gave back. */
function perform(step: Step, queue: ByteQueue, model: number[]): [unknown, unknown] {
  if (step === "shift") return [queue.shift(), model.shift() ?? -1];
  if ("take" in step) return [[...queue.take(step.take)], model.splice(0, step.take)];
  queue.push(step.push);
  model.push(...step.push);
  return [undefined, undefined];
}

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
          const [found, expected] = perform(step, queue, model);
          expect(found).toEqual(expected);
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });
});
