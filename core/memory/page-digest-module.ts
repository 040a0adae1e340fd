// The code of `page-digest.ts`: XXH64 of a page (Collet, xxHash fast digest algorithm, version 0.1.1, section "XXH64
// algorithm description") as a WebAssembly module, in binary (WebAssembly Core Specification 2.0, section 5). A page is
// 128 stripes of 32 bytes: the steps for a rest that is shorter fall away.
import { body, get, list, name, section, unsigned } from "./wasm-bytes.ts";

const PAGE = 4096;
const STRIPE = 32;
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;

/** Any two different ones; the second is the first 64 bits of the fraction of pi. */
const SEEDS = [0n, 0x243f6a8885a308d3n];

const I32 = 0x7f;
const I64 = 0x7e;
const LOOP = [0x03, 0x40];
const END = 0x0b;
const AGAIN_IF = [0x0d, 0];
const I32_NE = 0x47;
const I32_ADD = 0x6a;
const ADD = 0x7c;
const MUL = 0x7e;
const XOR = 0x85;
const SHR = 0x88;
const ROTL = 0x89;

/** Parameters and locals: page, place of the result, end of the page, a product or hash, four lanes per seed. */
const [AT, INTO, LAST, TEMPORARY] = [0, 1, 2, 3];
const LANES = SEEDS.map((_, seed) => [0, 1, 2, 3].map((lane) => 4 + seed * 4 + lane));

const set = (local: number): number[] => [0x21, local];

function constant(value: bigint, opcode = 0x42): number[] {
  const bytes = [opcode];
  for (let rest = BigInt.asIntN(64, value); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    const isLast = rest >> 6n === 0n || rest >> 6n === -1n;
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

const rotated = (bits: number): number[] => [...constant(BigInt(bits)), ROTL];

/** XORs what is on the stack with itself, shifted right. */
const folded = (bits: number): number[] => [
  ...set(TEMPORARY),
  ...get(TEMPORARY),
  ...get(TEMPORARY),
  ...constant(BigInt(bits)),
  SHR,
  XOR,
];

/** A lane, on the stack, takes in an input times the second prime, in `TEMPORARY`. */
const round = [...get(TEMPORARY), ADD, ...rotated(31), ...constant(PRIME_1), MUL];

const multiplied = (code: readonly number[]): number[] => [
  ...code,
  ...constant(PRIME_2),
  MUL,
  ...set(TEMPORARY),
];

/** One after the other: the sum of the lanes, each of them, the length, and mixing. */
function finish([first = 0, ...others]: readonly number[]): number[] {
  const turns = [7, 12, 18];
  return [
    ...get(first),
    ...rotated(1),
    ...others.flatMap((lane, index) => [...get(lane), ...rotated(turns[index] ?? 0), ADD]),
    ...[first, ...others].flatMap((lane) => [
      ...multiplied(get(lane)),
      ...constant(0n),
      ...round,
      XOR,
      ...constant(PRIME_1),
      MUL,
      ...constant(PRIME_4),
      ADD,
    ]),
    ...constant(BigInt(PAGE)),
    ADD,
    ...folded(33),
    ...constant(PRIME_2),
    MUL,
    ...folded(29),
    ...constant(PRIME_3),
    MUL,
    ...folded(32),
  ];
}

/** (page, into): stores one hash per seed. HOT: replicas stand still meanwhile; the seeds share the first product. */
function digest(): number[] {
  const starts = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
  const input = (offset: number): number[] => [...get(AT), 0x29, 3, ...unsigned(offset)];
  return [
    ...get(AT),
    ...constant(BigInt(PAGE), 0x41),
    I32_ADD,
    ...set(LAST),
    ...LANES.flatMap((lanes, seed) =>
      lanes.flatMap((lane, index) => [
        ...constant((SEEDS[seed] ?? 0n) + (starts[index] ?? 0n)),
        ...set(lane),
      ]),
    ),
    ...LOOP,
    ...starts.flatMap((_, index) => [
      ...multiplied(input(index * 8)),
      ...LANES.flatMap((lanes) => {
        const lane = lanes[index] ?? 0;
        return [...get(lane), ...round, ...set(lane)];
      }),
    ]),
    ...get(AT),
    ...constant(BigInt(STRIPE), 0x41),
    I32_ADD,
    ...set(AT),
    ...get(AT),
    ...get(LAST),
    I32_NE,
    ...AGAIN_IF,
    END,
    ...LANES.flatMap((lanes, seed) => [
      ...get(INTO),
      ...finish(lanes),
      0x37,
      3,
      ...unsigned(seed * 8),
    ]),
    END,
  ];
}

/** Imports the shared memory as `host.memory`; exports `digest`. */
export function pageDigestModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, list([[0x60, ...list([[I32], [I32]]), ...list([])]])),
    ...section(
      2,
      list([[...name("host"), ...name("memory"), 0x02, 0x03, ...unsigned(1), ...unsigned(65536)]]),
    ),
    ...section(3, list([[0]])),
    ...section(7, list([[...name("digest"), 0, 0]])),
    ...section(
      10,
      list([
        body(
          [
            [1, I32],
            [9, I64],
          ],
          digest(),
        ),
      ]),
    ),
  ]);
}
