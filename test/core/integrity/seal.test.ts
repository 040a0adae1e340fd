import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealOf, sealOfInputs, sealOfRecord } from "../../../core/integrity/seal.ts";

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });

describe("a seal", () => {
  it("breaks when any up to three bits change", () => {
    const bits = fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(bytes, fc.nat(), bits, (content, sequence, places) => {
        const damaged = content.slice();
        for (const bit of new Set(places.map((place) => place % (content.length * 8)))) {
          damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        }
        expect(sealOf(damaged, sequence)).not.toBe(sealOf(content, sequence));
      }),
    );
  });

  it("breaks under every other sequence number", () => {
    const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(bytes, number, number, (content, one, other) => {
        fc.pre(one !== other);
        expect(sealOf(content, one)).not.toBe(sealOf(content, other));
      }),
    );
  });

  it("covers every field of a record, and how its inputs are cut", () => {
    const input = (text: string, channel = "uart0") => ({ channel, bytes: Buffer.from(text) });
    const base = { epoch: 3, steps: 100, jumpTicks: 0, inputs: [input("ab"), input("c")] };
    const others = [
      { ...base, epoch: 4 },
      { ...base, steps: 101 },
      { ...base, jumpTicks: 2 ** 40 },
      { ...base, inputs: [] },
      { ...base, inputs: [input("a"), input("bc")] },
      { ...base, inputs: [input("ab"), input("c", "uart1")] },
      { ...base, inputs: [input("c"), input("ab")] },
    ];
    expect(sealOfRecord({ ...base }, 3)).toBe(sealOfRecord(base, 3));
    const seals = others.map((record) => sealOfRecord(record, 3));
    expect(new Set([sealOfRecord(base, 3), ...seals]).size).toBe(others.length + 1);
    expect(sealOfInputs([])).toBe(0);
  });
});
