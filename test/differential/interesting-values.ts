// The pool that registers are seeded from: integers, single and double precision numbers where something happens.
import type { Random } from "./random.ts";

const EDGES = [0n, 1n, 2n, 7n, 8n, 31n, 32n, 63n, 64n, 127n, 128n, 255n, 32767n, 32768n, 65535n];
const POWERS = [31n, 32n, 52n, 53n, 62n, 63n];

function integer(random: Random): bigint {
  const edge = random.chance(0.5)
    ? random.pick(EDGES)
    : (1n << random.pick(POWERS)) + BigInt(random.between(-2, 2));
  return random.chance(0.5) ? edge : -edge;
}

/** Bits with runs of ones and zeros. */
function runs(random: Random): bigint {
  const mask = (1n << BigInt(random.between(0, 64))) - 1n;
  return mask << BigInt(random.below(64));
}

interface Format {
  readonly exponentBits: number;
  readonly fractionBits: number;
}
const SINGLE: Format = { exponentBits: 8, fractionBits: 23 };
const DOUBLE: Format = { exponentBits: 11, fractionBits: 52 };

function float(random: Random, { exponentBits, fractionBits }: Format): bigint {
  const top = 2 ** exponentBits - 1;
  const bias = (top - 1) / 2;
  const exponent = random.pick([
    () => 0,
    () => 1,
    () => top,
    () => top - 1,
    () => bias + random.between(-3, 3),
    () => bias + random.between(-3, 3),
    () => bias + random.between(-fractionBits - 4, fractionBits + 4),
    () => bias + random.between(28, 66),
    () => random.below(top),
  ])();
  const all = (1n << BigInt(fractionBits)) - 1n;
  const fraction = random.pick([
    () => 0n,
    () => 1n,
    () => all,
    () => 1n << BigInt(fractionBits - 1),
    () => (1n << BigInt(random.below(fractionBits))) - 1n,
    () => (random.next64() >> BigInt(random.below(56))) & all,
    () => random.next64() & all,
    () => ~(random.next64() & 0xffn) & all,
  ])();
  const sign = BigInt(random.below(2));
  const magnitude = (BigInt(exponent) << BigInt(fractionBits)) | fraction;
  return (sign << BigInt(exponentBits + fractionBits)) | magnitude;
}

function boxedSingle(random: Random): bigint {
  const isBoxed = random.chance(0.93);
  return (isBoxed ? 0xffff_ffff_0000_0000n : random.next64() << 32n) | float(random, SINGLE);
}

const KINDS = [
  integer,
  integer,
  runs,
  boxedSingle,
  boxedSingle,
  boxedSingle,
  (random: Random) => float(random, DOUBLE),
  (random: Random) => float(random, DOUBLE),
  (random: Random) => float(random, DOUBLE),
  (random: Random) => random.next64(),
  (random: Random) => BigInt.asIntN(32, random.next64()),
  (random: Random) => BigInt(random.next() >>> random.below(32)),
];

/** `count` values of 64 bits. */
export function interestingValues(random: Random, count: number): BigUint64Array<ArrayBuffer> {
  const values = new BigUint64Array(count);
  for (let index = 0; index < count; index++) values[index] = random.pick(KINDS)(random);
  return values;
}
