// The host's doubles as exact tools: bit patterns, and error-free transformations (Dekker 1971; Knuth, TAOCP 2, 4.2.2;
// Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
// DETERMINISM: ECMAScript fixes + - * / sqrt and fround to IEEE 754 round-to-nearest-even; only NaN bit patterns vary,
// and no NaN gets here.

const doubles = new Float64Array(1);
const doubleBits = new BigUint64Array(doubles.buffer);
const halves = new Int32Array(doubles.buffer);
const floats = new Float32Array(1);
const floatBits = new Uint32Array(floats.buffer);
doubles[0] = 1;
const highHalf = halves[0] === 0 ? 1 : 0;

export function doubleFromBits(bits: bigint): number {
  doubleBits[0] = bits;
  return doubles[0] as number;
}

export function bitsFromDouble(value: number): bigint {
  doubles[0] = value;
  return doubleBits[0] as bigint;
}

/** The value of a binary32 pattern (low 32 bits of `bits`); every one is exact as a double. */
export function floatFromBits(bits: bigint): number {
  floatBits[0] = Number(BigInt.asUintN(32, bits));
  return floats[0] as number;
}

/** The pattern of `value`, which must be representable in binary32. */
export function bitsFromFloat(value: number): bigint {
  floats[0] = value;
  return BigInt(floatBits[0] as number);
}

/** floor(log2(value)) of a normal double. */
export function exponentOf(value: number): number {
  doubles[0] = value;
  return (((halves[highHalf] as number) >>> 20) & 0x7ff) - 1023;
}

/** The exact error (x + y) - sum of sum = x + y rounded; needs |x| and |y| below 2^1022. */
export function sumError(x: number, y: number, sum: number): number {
  const virtualY = sum - x;
  return x - (sum - virtualY) + (y - virtualY);
}

/** 2^27 + 1: splits a double into two halves of at most 26 bits. */
const SPLITTER = 134217729;

/** The exact error x * y - product of product = x * y rounded; needs |x|, |y| < 2^990 and 2^-960 <= |product| < 2^1020. */
export function productError(x: number, y: number, product: number): number {
  const scaledX = SPLITTER * x;
  const highX = scaledX - (scaledX - x);
  const lowX = x - highX;
  const scaledY = SPLITTER * y;
  const highY = scaledY - (scaledY - y);
  const lowY = y - highY;
  return lowX * lowY - (product - highX * highY - lowX * highY - highX * lowY);
}

/** The exact value sum + error rounded to odd: a further rounding of it to fewer bits is the rounding of the exact value. */
export function roundToOdd(sum: number, error: number): number {
  if (error === 0) return sum;
  const bits = bitsFromDouble(sum);
  if ((bits & 1n) === 1n) return sum;
  return doubleFromBits(error > 0 === sum > 0 ? bits + 1n : bits - 1n);
}

/** Whether the magnitude lies in [low, high): false for NaNs. */
export function isWithin(value: number, low: number, high: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude >= low && magnitude < high;
}
