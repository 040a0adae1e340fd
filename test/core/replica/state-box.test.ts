import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { StateBoxes } from "../../../core/replica/state-box.ts";

const STATE = Uint8Array.of(1, 2, 3, 4, 5);

describe("state boxes", () => {
  let boxes: StateBoxes;
  let replicas: StateBoxes;

  beforeEach(() => {
    boxes = StateBoxes.create(2);
    replicas = new StateBoxes(boxes.shared);
    boxes.open(0);
    boxes.open(1);
  });

  it("give out the state that was asked for, from the box it was left in", () => {
    expect(boxes.take(0, 1)).toBeUndefined();
    expect(replicas.leave(0, 1, STATE)).toBe(true);
    expect(replicas.leave(1, 1, Uint8Array.of(9))).toBe(true);
    expect(boxes.take(0, 1)).toEqual(STATE);
    expect(boxes.take(1, 1)).toEqual(Uint8Array.of(9));
  });

  it("give out a copy, which the next state does not change", () => {
    replicas.leave(0, 1, STATE);
    const first = boxes.take(0, 1);
    replicas.leave(0, 2, Uint8Array.of(7));
    expect(first).toEqual(STATE);
    expect(boxes.take(0, 2)).toEqual(Uint8Array.of(7));
  });

  it("give out no state but the one that was asked for last", () => {
    replicas.leave(0, 1, STATE);
    expect(boxes.take(0, 2)).toBeUndefined();
    boxes.open(0);
    expect(boxes.take(0, 1)).toBeUndefined();
  });

  it("give nothing out where the number of states makes no sense", () => {
    replicas.leave(0, 1, STATE);
    const words = new Int32Array(boxes.shared, 0, 1);
    for (const wrong of [2, 2 ** 30, -1]) {
      words[0] = wrong;
      expect(() => boxes.take(0, 1)).toThrow(`box 0 has ${wrong} states`);
    }
  });

  it("refuse a state that is too long", () => {
    expect(replicas.leave(0, 1, new Uint8Array(65_536))).toBe(true);
    expect(replicas.leave(0, 2, new Uint8Array(65_537))).toBe(false);
    expect(boxes.take(0, 2)).toBeUndefined();
  });

  it("give out no state of which a bit changed", () => {
    const cells = (): Uint8Array[] =>
      boxes.cells(0).map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    // The first word is the number: a state with another one is not there. The last word is unused.
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 11 + STATE.length }), fc.nat(7), (at, bit) => {
        boxes.open(0);
        replicas.leave(0, 1, STATE);
        const [words, state] = cells();
        const [bytes, index] = at < 12 ? [words, at] : [state, at - 12];
        if (bytes === undefined) throw new Error("a box has words and a state");
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(() => boxes.take(0, 1)).toThrow("state 1 in box 0 is damaged");
      }),
    );
  });

  it("are taken for what they are where seals are not looked at", () => {
    const trusting = new StateBoxes(boxes.shared, false);
    replicas.leave(0, 1, STATE);
    const [, state] = boxes.cells(0);
    new Uint8Array(state?.buffer ?? new ArrayBuffer(1), state?.byteOffset)[0] = 99;
    expect(trusting.take(0, 1)).toEqual(Uint8Array.of(99, 2, 3, 4, 5));
  });
});
