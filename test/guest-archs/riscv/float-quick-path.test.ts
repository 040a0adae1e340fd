// The host's arithmetic against the exact one: results and flags must be equal wherever the quick path is taken, and
// where it isn't.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  BINARY32,
  BINARY64,
  div,
  eq,
  le,
  lt,
  mul,
  NX,
  sqrt,
  sub,
} from "../../../guest-archs/engine/softfloat/index.ts";
import { assemble } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BOX = 0xffff_ffff_0000_0000n;

const PRECISIONS = [
  { letter: "s", format: BINARY32, box: (pattern: bigint) => pattern | BOX },
  { letter: "d", format: BINARY64, box: (pattern: bigint) => pattern },
] as const;

type Format = typeof BINARY32;

/** Patterns where something can go wrong are as likely as all others together. */
function patterns(format: Format): fc.Arbitrary<bigint> {
  const { signBit, infinity, hiddenBit, canonicalNan, width } = format;
  const edges = [
    0n,
    1n,
    hiddenBit - 1n,
    hiddenBit,
    hiddenBit * 2n,
    infinity - 1n,
    infinity,
    infinity + 1n,
    canonicalNan,
  ];
  const one = (infinity / 2n) & ~(hiddenBit - 1n);
  return fc.oneof(
    fc.constantFrom(...edges, ...edges.map((edge) => edge | signBit)),
    fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n }),
    fc.bigInt({ min: one - hiddenBit * 4n, max: one + hiddenBit * 4n }),
  );
}

describe.each(PRECISIONS)("precision $letter", ({ letter, format, box }) => {
  const machine = new BareMetal({ ramBytes: 65_536, codeBytes: 1 });
  machine.set("mstatus", 0x6000n);

  /** Executes one instruction on two patterns. @returns rd and fcsr. */
  function execute(word: number, rd: string, a: bigint, b: bigint, fcsr: number): [bigint, number] {
    if (machine.memory.readU32(0) !== word) machine.load([word]);
    machine.set("f1", box(a));
    machine.set("f2", box(b));
    machine.set("fcsr", BigInt(fcsr));
    machine.set("pc", BigInt(RAM_BASE));
    machine.run(1);
    return [machine.get(rd), Number(machine.get("fcsr"))];
  }

  const DYNAMIC_TO_ZERO = 0x20;
  const start = fc.constantFrom(0, NX, DYNAMIC_TO_ZERO | NX);

  it.each([
    ["fadd", add],
    ["fsub", sub],
    ["fmul", mul],
    ["fdiv", div],
  ] as const)("%s", (name, operation) => {
    const word = assemble(`${name}.${letter} f3, f1, f2, dyn`);
    fc.assert(
      fc.property(patterns(format), patterns(format), start, (a, b, fcsr) => {
        const flags = { bits: 0 };
        const result = box(operation(format, a, b, fcsr >>> 5, flags));
        expect(execute(word, "f3", a, b, fcsr)).toEqual([result, fcsr | flags.bits]);
      }),
      { numRuns: 1500, seed: 7 },
    );
  });

  it("fsqrt", () => {
    const word = assemble(`fsqrt.${letter} f3, f1, dyn`);
    fc.assert(
      fc.property(patterns(format), start, (a, fcsr) => {
        const flags = { bits: 0 };
        const result = box(sqrt(format, a, fcsr >>> 5, flags));
        expect(execute(word, "f3", a, 0n, fcsr)).toEqual([result, fcsr | flags.bits]);
      }),
      { numRuns: 1500, seed: 7 },
    );
  });

  it.each([
    ["feq", eq],
    ["flt", lt],
    ["fle", le],
  ] as const)("%s", (name, operation) => {
    const word = assemble(`${name}.${letter} x3, f1, f2`);
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        const flags = { bits: 0 };
        const result = operation(format, a, b, flags) ? 1n : 0n;
        expect(execute(word, "x3", a, b, 0)).toEqual([result, flags.bits]);
      }),
      { numRuns: 1500, seed: 7 },
    );
  });
});
