import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";

const sample = (): Uint8Array => {
  const writer = new BinaryStateWriter();
  writer.section("part", 2);
  writer.boolean(true);
  writer.u32(0xffff_ffff);
  writer.u64(2n ** 64n - 1n);
  writer.number(Infinity);
  writer.string("ü");
  return writer.finish();
};

describe("state codec", () => {
  it("reads back what was written", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.string(),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.double({ noNaN: true }),
        (bytes, string, u64, number) => {
          const writer = new BinaryStateWriter();
          writer.section("a", 1);
          writer.bytes(bytes);
          writer.string(string);
          writer.u64(u64);
          writer.number(number);
          const reader = new BinaryStateReader(writer.finish());
          expect(reader.section("a", 1)).toBe(1);
          expect(reader.bytes()).toEqual(bytes);
          expect(reader.string()).toBe(new TextDecoder().decode(new TextEncoder().encode(string)));
          expect(reader.u64()).toBe(u64);
          expect(Object.is(reader.number(), number)).toBe(true);
          reader.end();
        },
      ),
    );
  });

  it("notices any single flipped bit", () => {
    const good = sample();
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => new BinaryStateReader(bad)).toThrow(
        expect.objectContaining({ code: "XV_ERR_STATE_CORRUPT" }),
      );
    }
  });

  it("notices truncation, a wrong section, a newer version and left-over bytes", () => {
    expect(() => new BinaryStateReader(sample().subarray(0, -1))).toThrow(/unusable/);
    expect(() => new BinaryStateReader(sample()).section("other", 2)).toThrow(
      /found section "part"/,
    );
    expect(() => new BinaryStateReader(sample()).section("part", 1)).toThrow(/version 2 is newer/);
    expect(() => new BinaryStateReader(sample()).end()).toThrow(/left over/);
  });
});
