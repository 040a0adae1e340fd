// The code of `page-functions.ts`: a WebAssembly module of a few hundred bytes, in binary (WebAssembly Core
// Specification 2.0, section 5). 128-bit operations compare and hash pages as fast as memory delivers them.
import { body, constant, get, list, name, section, signature, unsigned } from "./wasm-bytes.ts";

const PAGE = 4096;
/** Bytes per turn of the loops: four vectors. */
const STRIDE = 64;
const VECTORS = [0, 16, 32, 48];

const I32 = 0x7f;
const V128 = 0x7b;
const VOID = 0x40;
const LOOP = [0x03, VOID];
const IF = [0x04, VOID];
const END = 0x0b;
const AGAIN = [0x0c, 0];
const AGAIN_IF = [0x0d, 0];
const RETURN = 0x0f;
const EQZ = 0x45;
const EQ = 0x46;
const NE = 0x47;
const ADD = 0x6a;
const XOR = 0x73;
const SHL = 0x74;
const SHR = 0x76;
const MUL = 0x6c;
const V_OR = [0xfd, 0x50];
const V_XOR = [0xfd, 0x51];
const V_ANY = [0xfd, 0x53];
const SPLAT = [0xfd, 0x11];
const LANE = [0xfd, 0x1b];
const V_SHL = [0xfd, 0xab, 0x01];
const V_SHR = [0xfd, 0xad, 0x01];
const V_ADD = [0xfd, 0xae, 0x01];
const V_MUL = [0xfd, 0xb5, 0x01];

/** Primes and structure of XXH32 (Collet, xxHash fast digest algorithm, version 0.1.1), over 16 lanes instead of 4. */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;

const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const load = (address: number[]): number[] => [...address, 0x28, 2, 0];
const vector = (local: number, offset: number): number[] => [
  ...get(local),
  0xfd,
  0x00,
  4,
  ...unsigned(offset),
];
/** Goes on with the loop until `local` has reached `end`. */
const advance = (local: number, end: number): number[] => [
  ...get(local),
  ...constant(STRIDE),
  ADD,
  ...tee(local),
  ...get(end),
  NE,
  ...AGAIN_IF,
  END,
];

/** (a, b): 1 if the two pages are equal. */
function equal(): number[] {
  const [a, b, end] = [0, 1, 2];
  const differences = VECTORS.map((offset) => [
    ...vector(a, offset),
    ...vector(b, offset),
    ...V_XOR,
  ]);
  return [
    ...get(a),
    ...constant(PAGE),
    ADD,
    ...set(end),
    ...LOOP,
    ...differences.flatMap((difference, index) =>
      index === 0 ? difference : [...difference, ...V_OR],
    ),
    ...V_ANY,
    ...IF,
    ...constant(0),
    RETURN,
    END,
    ...get(b),
    ...constant(STRIDE),
    ADD,
    ...set(b),
    ...advance(a, end),
    ...constant(1),
    END,
  ];
}

/** (pages, from, to, one, other, frames): index of the first page that differs between two page maps, or `to`. */
function firstUnequal(): number[] {
  const [pages, from, to, one, other, frames, entry, a, b] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const offsetIn = (map: number): number[] => [
    ...load([...get(map), ...get(entry), ADD]),
    ...constant(1),
    SHR,
    ...constant(12),
    SHL,
    ...get(frames),
    ADD,
  ];
  return [
    ...LOOP,
    ...get(from),
    ...get(to),
    EQ,
    ...IF,
    ...get(to),
    RETURN,
    END,
    ...load([...get(pages), ...get(from), ...constant(2), SHL, ADD]),
    ...constant(2),
    SHL,
    ...set(entry),
    ...offsetIn(one),
    ...tee(a),
    ...offsetIn(other),
    ...tee(b),
    NE,
    ...IF,
    ...get(a),
    ...get(b),
    0x10,
    0,
    EQZ,
    ...IF,
    ...get(from),
    RETURN,
    END,
    END,
    ...get(from),
    ...constant(1),
    ADD,
    ...set(from),
    ...AGAIN,
    END,
    0x00,
    END,
  ];
}

/** (page): a hash of 32 bits. */
function hash(): number[] {
  const [page, end, first] = [0, 1, 2];
  const rotated = (local: number, bits: number): number[] => [
    ...get(local),
    ...constant(bits),
    ...V_SHL,
    ...get(local),
    ...constant(32 - bits),
    ...V_SHR,
    ...V_OR,
  ];
  const round = (offset: number, index: number): number[] => {
    const accumulator = first + index;
    return [
      ...get(accumulator),
      ...vector(page, offset),
      ...constant(PRIME_2),
      ...SPLAT,
      ...V_MUL,
      ...V_ADD,
      ...set(accumulator),
      ...rotated(accumulator, 13),
      ...constant(PRIME_1),
      ...SPLAT,
      ...V_MUL,
      ...set(accumulator),
    ];
  };
  const sum = first;
  const lane = (index: number): number[] => [...get(sum), ...LANE, index];
  const mixed = [0, 1, 2, 3].flatMap((index) => {
    const value = lane(index);
    // The lanes one after the other, so that their order counts.
    return index === 0 ? value : [...constant(PRIME_3), MUL, ...value, XOR];
  });
  const [a = 0, ...others] = VECTORS.map((_, index) => first + index);
  return [
    ...get(page),
    ...constant(PAGE),
    ADD,
    ...set(end),
    ...VECTORS.flatMap((_, index) => [...constant(index + 1), ...SPLAT, ...set(first + index)]),
    ...LOOP,
    ...VECTORS.flatMap(round),
    ...advance(page, end),
    ...others.flatMap((local, index) => [
      ...rotated(a, 7 + index),
      ...constant(PRIME_3),
      ...SPLAT,
      ...V_MUL,
      ...get(local),
      ...V_XOR,
      ...set(a),
    ]),
    ...mixed,
    ...tee(page),
    // The end of XXH32: every bit of the result depends on all others.
    ...get(page),
    ...constant(15),
    SHR,
    XOR,
    ...constant(PRIME_2),
    MUL,
    ...tee(page),
    ...get(page),
    ...constant(13),
    SHR,
    XOR,
    END,
  ];
}

/** (from, bytes): memory.fill with zeros. */
const clear = (): number[] => [...get(0), ...constant(0), ...get(1), 0xfc, 0x0b, 0, END];

/** Imports the shared memory as `host.memory`; exports `equal`, `firstUnequal`, `hash`, `clear`. */
export function pageModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, list([signature(2), signature(6), signature(1), signature(2, 0)])),
    ...section(
      2,
      list([[...name("host"), ...name("memory"), 0x02, 0x03, ...unsigned(1), ...unsigned(65536)]]),
    ),
    ...section(3, list([[0], [1], [2], [3]])),
    ...section(
      7,
      list([
        [...name("equal"), 0, 0],
        [...name("firstUnequal"), 0, 1],
        [...name("hash"), 0, 2],
        [...name("clear"), 0, 3],
      ]),
    ),
    ...section(
      10,
      list([
        body([[1, I32]], equal()),
        body([[3, I32]], firstUnequal()),
        body(
          [
            [1, I32],
            [4, V128],
          ],
          hash(),
        ),
        body([], clear()),
      ]),
    ),
  ]);
}
