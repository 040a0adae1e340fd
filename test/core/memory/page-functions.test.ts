import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageFunctions } from "../../../core/memory/page-functions.ts";
import { createTestMemory } from "./shared-memory.ts";

const { shared, layout } = createTestMemory();
const { equal, firstUnequal, hash, clear } = pageFunctions(shared);
const at = (frame: number): number => layout.frames + frame * 4096;
const frame = (number: number): Uint8Array => new Uint8Array(shared.buffer, at(number), 4096);
const byte = fc.integer({ min: 0, max: 4095 });

/** Fills a frame with bytes that hardly repeat. */
function fill(number: number, seed: number): void {
  let state = seed;
  for (const [index] of frame(number).entries()) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    frame(number)[index] = state >>> 16;
  }
}

describe("clear", () => {
  it("makes these bytes zero and no others", () => {
    fill(1, 3);
    const before = Uint8Array.from(frame(1));
    clear(at(1) + 100, 1001);
    clear(at(1) + 2000, 0);
    const expected = before.fill(0, 100, 1101);
    expect(frame(1)).toEqual(expected);
  });
});

describe("equal", () => {
  it("notices a single bit anywhere in the page", () => {
    fill(1, 7);
    for (let index = 0; index < 4096; index++) {
      frame(2).set(frame(1));
      expect(equal(at(1), at(2))).toBe(1);
      frame(2)[index] = (frame(2)[index] ?? 0) ^ (1 << (index % 8));
      expect(equal(at(1), at(2))).toBe(0);
    }
  });

  it("looks at nothing beyond the page", () => {
    for (const number of [4, 5, 6, 7, 8]) fill(number, number);
    frame(7).set(frame(5));
    expect(equal(at(5), at(7))).toBe(1);
  });
});

describe("firstUnequal", () => {
  it("finds the first page of a list that two maps have in different contents", () => {
    const { pageMap: one, dirtyList: list } = layout.arenas[0] ?? { pageMap: 0, dirtyList: 0 };
    const { pageMap: other } = layout.arenas[1] ?? { pageMap: 0 };
    const words = new Uint32Array(shared.buffer);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("same frame", "equal", "different"), { maxLength: 12 }),
        (kinds) => {
          for (const number of [1, 2]) fill(number, 5);
          fill(3, 6);
          for (const [index, kind] of kinds.entries()) {
            const page = 15 - index;
            words[list / 4 + index] = page;
            // The lowest bit is a flag.
            words[one / 4 + page] = (1 << 1) | (index & 1);
            words[other / 4 + page] =
              kind === "same frame" ? 1 << 1 : (kind === "equal" ? 2 : 3) << 1;
          }
          const found = firstUnequal(list, 0, kinds.length, one, other, layout.frames);
          const expected = kinds.indexOf("different");
          expect(found).toBe(expected < 0 ? kinds.length : expected);
          expect(firstUnequal(list, found, found, one, other, layout.frames)).toBe(found);
        },
      ),
    );
  });
});

describe("hash", () => {
  it("is that of the contents, wherever they are", () => {
    fill(1, 9);
    frame(6).set(frame(1));
    expect(hash(at(6))).toBe(hash(at(1)));
  });

  it("changes with every bit, nearly always", () => {
    fill(1, 11);
    const known = hash(at(1));
    fc.assert(
      fc.property(byte, fc.integer({ min: 0, max: 7 }), (index, bit) => {
        const before = frame(1)[index] ?? 0;
        frame(1)[index] = before ^ (1 << bit);
        const changed = hash(at(1));
        frame(1)[index] = before;
        expect(changed).not.toBe(known);
      }),
    );
  });

  it("spreads pages that hold little but a number", () => {
    const seen = new Set<number>();
    frame(1).fill(0);
    for (let word = 0; word < 1024; word++) {
      for (const value of [1, 2, 0x1_0000]) {
        new DataView(shared.buffer, at(1), 4096).setUint32(word * 4, value, true);
        seen.add(hash(at(1)));
        new DataView(shared.buffer, at(1), 4096).setUint32(word * 4, 0, true);
      }
    }
    expect(seen.size).toBe(3072);
  });
});
