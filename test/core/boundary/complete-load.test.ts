import { describe, expect, it } from "vitest";
import { completeLoad } from "../../../core/boundary/complete-load.ts";
import type { LoadDestination, Processor } from "../../../core/index.ts";

function complete(
  into: Omit<LoadDestination, "register">,
  words: readonly number[],
  present: bigint,
): bigint {
  let value = present;
  const processor = {
    readRegister: () => value,
    writeRegister: (_name: string, written: bigint) => {
      value = BigInt.asUintN(64, written);
    },
  } as unknown as Processor;
  completeLoad(processor, { register: "x5", ...into }, words);
  return value;
}

describe("a load that is completed", () => {
  it.each([
    [{ bytes: 1, above: "sign" }, [0x1_80], 0xffff_ffff_ffff_ff80n],
    [{ bytes: 1, above: "zeros" }, [0x1_80], 0x80n],
    [{ bytes: 2, above: "sign" }, [0x7fff], 0x7fffn],
    [{ bytes: 4, above: "sign" }, [0x8000_0001], 0xffff_ffff_8000_0001n],
    [{ bytes: 4, above: "zeros" }, [0x8000_0001], 0x8000_0001n],
    [{ bytes: 8, above: "zeros" }, [0x8000_0001, 0xf000_0002], 0xf000_0002_8000_0001n],
  ] as const)("puts %o of %o there", (into, words, expected) => {
    expect(complete(into, words, 0n)).toBe(expected);
  });

  it("boxes a single-precision number in ones, where the load has put a boxed 0", () => {
    const boxedZero = 0xffff_ffff_0000_0000n;
    const box = { bytes: 4, above: "ones" } as const;
    expect(complete(box, [0x3f80_0000], boxedZero)).toBe(0xffff_ffff_3f80_0000n);
  });

  it("keeps what a fault flipped meanwhile", () => {
    expect(complete({ bytes: 4, above: "zeros" }, [0b1100], 0b0101n)).toBe(0b1001n);
  });
});
