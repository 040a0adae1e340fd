// Instructions of WebAssembly functions of 32-bit integers, put together as expressions and statements (WebAssembly Core
// Specification 2.0, section 5.4). Memory 0 is the one that is meant.
//
// Functions have their parameters and locals as numbers, named where they begin; branch 1 from within an "if" of a body
// of `forEach` goes on with the next one, branch 2 from within two.
import { constant, get } from "./wasm-bytes.ts";

export type Code = readonly number[];

export const I32 = 0x7f;
const VOID = 0x40;
export const END = 0x0b;
export const RETURN = 0x0f;

/** Magic number and version. */
export const HEAD: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

type OfTwo = (a: Code, b: Code) => Code;

const two =
  (opcode: number): OfTwo =>
  (a, b) => [...a, ...b, opcode];

export const add: OfTwo = two(0x6a);
export const and: OfTwo = two(0x71);
export const or: OfTwo = two(0x72);
const shl: OfTwo = two(0x74);
const shr: OfTwo = two(0x76);
export const equal: OfTwo = two(0x46);
export const unequal: OfTwo = two(0x47);
export const isBelow: OfTwo = two(0x49);
export const not = (a: Code): Code => [...a, 0x45];
export const iff = (condition: Code, ...then: readonly Code[]): Code => [
  ...condition,
  0x04,
  VOID,
  ...then.flat(),
  END,
];
/** One condition that holds, the other not even looked at where it does not. */
export const both = (a: Code, b: Code): Code => [...a, 0x04, I32, ...b, 0x05, ...constant(0), END];

export const word = (address: Code): Code => [...address, 0x28, 2, 0];
export const setWord = (address: Code, value: Code): Code => [...address, ...value, 0x36, 2, 0];
export const byte = (address: Code): Code => [...address, 0x2d, 0, 0];
export const setByte = (address: Code, value: Code): Code => [...address, ...value, 0x3a, 0, 0];
export const set = (local: number, value: Code): Code => [...value, 0x21, local];
const times4 = (value: Code): Code => shl(value, constant(2));
export const at = (base: Code, index: Code): Code => add(base, times4(index));
/** For `index` from where it is to `end`; in the body, branch 0 goes on with the next one. */
export const forEach = (index: number, end: number, ...code: readonly Code[]): Code => [
  0x02,
  VOID,
  0x03,
  VOID,
  ...not(isBelow(get(index), get(end))),
  0x0d,
  1,
  0x02,
  VOID,
  ...code.flat(),
  END,
  ...set(index, add(get(index), constant(1))),
  0x0c,
  0,
  END,
  END,
];
export const next = (depth: number): Code => [0x0c, depth];

/** Entries of page maps: frame << 1 | flag. */
export const frameOf = (entry: Code): Code => shr(entry, constant(1));
export const entryOf = (frame: Code): Code => shl(frame, constant(1));
export const isOdd = (entry: Code): Code => and(entry, constant(1));
export const evenOf = (entry: Code): Code => and(entry, constant(-2));
