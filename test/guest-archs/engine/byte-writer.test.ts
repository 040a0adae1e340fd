import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../../guest-archs/engine/byte-writer.ts";

const written = (write: (writer: ByteWriter) => void): number[] => {
  const writer = new ByteWriter();
  write(writer);
  return [...writer.take()];
};

describe("signed32", () => {
  it("writes what signed writes of the same integer", () => {
    const edge = fc.constantFrom(0, 1, -1, 63, 64, -64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31));
    fc.assert(
      fc.property(fc.oneof(edge, fc.integer()), (value) => {
        expect(written((w) => w.signed32(value))).toEqual(written((w) => w.signed(BigInt(value))));
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe("a writer", () => {
  it("grows over what is written", () => {
    const bytes = Array.from({ length: 3000 }, (_, n) => n & 0xff);
    expect(written((w) => w.bytes(bytes))).toEqual(bytes);
  });
});
