// The values where floating point is most often wrong: ends of ranges, neighbours of one, NaNs of all kinds, bounds of
// integers, badly boxed singles. Directed test vectors take all combinations of them.
import {
  bitsFromDouble,
  bitsFromFloat,
  floatFromBits,
} from "../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY32, BINARY64, type Format } from "../../guest-archs/engine/softfloat/index.ts";
import type { VectorOperation } from "./vector-operations.ts";

const BOX = 0xffff_ffff_0000_0000n;
/** Singles whose upper half is not all ones; they count as the canonical NaN. */
const BADLY_BOXED = [0x3f80_0000n, 0xffff_fffe_3f80_0000n, 0x7fff_ffff_7f80_0001n, 0n];

function magnitudes(format: Format): readonly bigint[] {
  const { fractionBits, fractionMask, hiddenBit, infinity, canonicalNan, precision } = format;
  const bias = (format.maxBiasedExponent - 1) / 2;
  const power = (exponent: number): bigint => BigInt(bias + exponent) << fractionBits;
  const one = power(0);
  const rootOfLeast = Math.floor((1 - bias) / 2);
  const rootOfEnd = (bias + 1) / 2;
  const zeroAndSubnormal = [
    0n,
    1n,
    2n,
    3n,
    1n << (fractionBits / 2n),
    hiddenBit >> 1n,
    fractionMask,
  ];
  const leastNormal = [hiddenBit, hiddenBit + 1n, 2n * hiddenBit - 1n, 2n * hiddenBit];
  const aroundOne = [one - 1n, one, one + 1n, power(-1), power(-precision), power(-precision - 1)];
  const small = [one | (hiddenBit >> 1n), power(1), power(1) | (hiddenBit >> 1n)];
  // Where an ulp is a half, one, two.
  const nearIntegers = [power(precision - 2) + 1n, power(precision - 1) - 1n, power(precision)];
  // Products of these are next to underflow and overflow.
  const roots = [
    power(rootOfLeast),
    power(rootOfLeast) - 1n,
    power(rootOfEnd),
    power(rootOfEnd) - 1n,
  ];
  const largest = [infinity - 2n, infinity - 1n, infinity - hiddenBit, infinity];
  const quiet = [canonicalNan, canonicalNan | 5n, infinity | fractionMask];
  const signaling = [infinity + 1n, canonicalNan - 1n];
  return [
    zeroAndSubnormal,
    leastNormal,
    aroundOne,
    small,
    nearIntegers,
    roots,
    largest,
    quiet,
    signaling,
  ].flat();
}

const NUMBERS_NEAR_INTEGERS: readonly number[] = [
  [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3.5],
  [2 ** 31, 2 ** 32].flatMap((end) => [end - 1, end - 0.5, end, end + 0.5, end + 1]),
  [2 ** 22 + 0.5, 2 ** 23 + 0.5, 2 ** 24 + 1, 2 ** 51 + 0.5, 2 ** 52 - 0.5, 2 ** 53],
  [2 ** 62, 2 ** 63, 2 ** 64],
].flat();

/** Patterns of a number rounded to the format, and of its neighbours. */
function around(format: Format, number: number): readonly bigint[] {
  const pattern = format === BINARY64 ? bitsFromDouble(number) : bitsFromFloat(Math.fround(number));
  return pattern === 0n ? [0n, 1n] : [pattern - 1n, pattern, pattern + 1n];
}

/** Doubles next to singles and halfway between them. */
function aroundSingles(): readonly bigint[] {
  const ulp = 1n << (BINARY64.fractionBits - BINARY32.fractionBits);
  return magnitudes(BINARY32)
    .filter((single) => single < BINARY32.infinity)
    .flatMap((single) => {
      const next = bitsFromDouble(floatFromBits(single));
      if (next === 0n) return [0n, 1n, bitsFromDouble(2 ** -150), bitsFromDouble(2 ** -150) + 1n];
      const halfway = next + ulp / 2n;
      return [next - 1n, next, next + 1n, halfway - 1n, halfway, halfway + 1n];
    });
}

function integers(): readonly bigint[] {
  const bounds = [0n, ...[23n, 24n, 25n, 31n, 32n, 52n, 53n, 54n, 62n, 63n].map((b) => 1n << b)];
  const ties = [1n << 39n, 1n << 40n, 1n << 41n].map((half) => (1n << 63n) + half);
  const doubleTies = [1n << 10n, 3n << 10n].map((half) => (1n << 63n) + half);
  return [...bounds, ...ties, ...doubleTies]
    .flatMap((bound) => [-2n, -1n, 0n, 1n, 2n].map((offset) => bound + offset))
    .flatMap((value) => [value, -value, value | (0x5555n << 48n)])
    .map((value) => BigInt.asUintN(64, value));
}

function patterns(operation: VectorOperation): readonly bigint[] {
  if (operation.isFromInteger) return integers();
  const format = operation.precision === "s" ? BINARY32 : BINARY64;
  const unsigned = [
    ...magnitudes(format),
    ...(operation.integer === undefined
      ? []
      : NUMBERS_NEAR_INTEGERS.flatMap((number) => around(format, number))),
    ...(operation.name === "fcvt.s.d" ? aroundSingles() : []),
  ];
  const signed = unsigned.flatMap((pattern) => [pattern, pattern | format.signBit]);
  if (format === BINARY64) return signed;
  return [...signed.map((pattern) => pattern | BOX), ...BADLY_BOXED];
}

/** Register contents, each once. */
export function specialValues(operation: VectorOperation): readonly bigint[] {
  return [...new Set(patterns(operation))];
}
