// The memory of a fuzzed machine: handlers that always find a way on, page tables, code and data, all of it writable by
// the code. As offsets into RAM, in pages:
//
//   0 M-mode handler | 1 where handlers go on | 2 S-mode handler | 3 start of an episode | 4 its values
//   8 root, 9 and 10 levels below, 11 a root of anything, 12 root of Sv48 | 16 code | 80 data
import type { Random } from "../../differential/random.ts";
import { program } from "../../guest-archs/riscv/assemble.ts";
import { randomCode } from "./random-words.ts";

export const RAM_BASE = 0x8000_0000;
export const RAM_PAGES = 128;
export const PAGE = 4096;

const PAGES = {
  machine: 0,
  ways: 1,
  supervisor: 2,
  start: 3,
  values: 4,
  code: 16,
  data: 80,
} as const;
const TABLES = { root: 8, middle: 9, last: 10, wild: 11, root48: 12 } as const;
const WAYS = 64;
const STATUSES = 32;
const STATUS_OFFSET = WAYS * 8;
const [V, R, W, X, U, G, A, D] = [1, 2, 4, 8, 16, 32, 64, 128];
const LEAF = V | R | W | X | A | D;

/** Address of the first instruction of an episode. */
export const START_PC: bigint = BigInt(RAM_BASE + PAGES.start * PAGE);

/** CSRs that an episode sets, in this order; the status last, since it decides what the others mean. */
const STATE = [
  ["mtvec", 0x305],
  ["stvec", 0x105],
  ["medeleg", 0x302],
  ["mideleg", 0x303],
  ["mie", 0x304],
  ["pmpaddr0", 0x3b0],
  ["pmpaddr1", 0x3b1],
  ["pmpaddr2", 0x3b2],
  ["pmpcfg0", 0x3a0],
  ["mcounteren", 0x306],
  ["scounteren", 0x106],
  ["menvcfg", 0x30a],
  ["senvcfg", 0x10a],
  ["stimecmp", 0x14d],
  ["fcsr", 0x003],
  ["satp", 0x180],
  ["mepc", 0x341],
  ["mstatus", 0x300],
] as const;
const REGISTERS_OFFSET = STATE.length * 8;

/** A piece of memory to be written. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Makes pointers of pointers again, and goes on at one of the ways, at a privilege that the trap decides. */
const handler = (cause: number, epc: number, status: number, page: number, leave: string) =>
  program(`
    auipc x29, ${(PAGES.values - page) * PAGE}
    ${[2, 8, 9, 17, 21, 22].map((x) => `ld x${x}, ${REGISTERS_OFFSET + (x - 1) * 8}(x29)`).join("\n")}
    csrrs x28, ${cause}, x0
    add x27, x27, x28
    csrrs x28, ${epc}, x0
    xor x27, x27, x28
    srli x28, x27, 3
    xor x27, x27, x28
    addi x27, x27, 13
    auipc x29, ${(PAGES.ways - page) * PAGE}
    andi x28, x27, ${(WAYS - 1) * 8}
    add x28, x28, x29
    ld x28, -56(x28)
    csrrw x0, ${epc}, x28
    srli x28, x27, 2
    andi x28, x28, ${(STATUSES - 1) * 8}
    add x28, x28, x29
    ld x28, ${STATUS_OFFSET - 56}(x28)
    csrrw x0, ${status}, x28
    ${leave}`);

/** Everything, for the start of a campaign from one seed. */
export function randomWorld(random: Random): readonly Piece[] {
  const code = (PAGES.data - PAGES.code) * PAGE;
  const start = program(
    [
      `auipc x31, ${PAGE}`,
      ...STATE.flatMap(([, csr], index) => [`ld x30, ${index * 8}(x31)`, `csrrw x0, ${csr}, x30`]),
      ...Array.from(
        { length: 31 },
        (_, index) => `ld x${index + 1}, ${REGISTERS_OFFSET + index * 8}(x31)`,
      ),
      "mret",
    ].join("\n"),
  );
  return [
    { offset: 0, bytes: encoded(handler(0x342, 0x341, 0x300, PAGES.machine, "mret")) },
    { offset: PAGES.ways * PAGE, bytes: words(ways(random)) },
    {
      offset: PAGES.supervisor * PAGE,
      bytes: encoded(handler(0x142, 0x141, 0x100, PAGES.supervisor, "sret")),
    },
    { offset: PAGES.start * PAGE, bytes: encoded(start) },
    ...tables(random),
    { offset: PAGES.code * PAGE, bytes: randomCode(random, code) },
    { offset: PAGES.data * PAGE, bytes: words(Array.from({ length: 4096 }, () => value(random))) },
  ];
}

/** Registers and control registers with which code is entered somewhere. */
export function randomStart(random: Random): Piece {
  const csr: Record<(typeof STATE)[number][0], bigint> = {
    mtvec: BigInt(RAM_BASE) | (random.chance(0.1) ? 1n : 0n),
    stvec: BigInt(RAM_BASE + PAGES.supervisor * PAGE),
    medeleg: random.chance(0.3) ? 0n : random.next64(),
    mideleg: random.chance(0.3) ? 0n : random.next64(),
    mie: random.next64(),
    pmpaddr0: random.chance(0.7) ? (1n << 54n) - 1n : pmpAddress(random),
    pmpaddr1: pmpAddress(random),
    pmpaddr2: pmpAddress(random),
    pmpcfg0: random.chance(0.7) ? 0x1fn : random.next64() & 0x1f_1f1fn,
    mcounteren: random.next64(),
    scounteren: random.next64(),
    menvcfg: random.next64(),
    senvcfg: random.next64(),
    stimecmp: random.chance(0.5) ? BigInt(random.below(100_000)) : random.next64(),
    fcsr: BigInt(random.below(256)),
    satp: satp(random),
    mepc: wayOf(random),
    mstatus: randomStatus(random),
  };
  const registers = Array.from({ length: 31 }, () => value(random));
  // x21 and x22 lead to devices; a7, a6 and a0 may well be a call of the built-in SBI.
  for (const x of [21, 22]) {
    if (random.chance(0.9)) registers[x - 1] = BigInt(random.pick(DEVICES));
  }
  if (random.chance(0.5)) {
    registers[17 - 1] = BigInt(random.pick(SBI_EXTENSIONS));
    registers[16 - 1] = BigInt(random.below(5));
    registers[10 - 1] = BigInt(random.below(70));
  }
  const bytes = words([...STATE.map(([name]) => csr[name]), ...registers]);
  return { offset: PAGES.values * PAGE, bytes };
}

function ways(random: Random): bigint[] {
  return [
    ...Array.from({ length: WAYS }, () => wayOf(random)),
    ...Array.from({ length: STATUSES }, () => randomStatus(random)),
  ];
}

function wayOf(random: Random): bigint {
  const place = PAGES.code * PAGE + random.below((PAGES.data - PAGES.code) * PAGE);
  return BigInt(RAM_BASE + (place & ~1));
}

/** Any, but mostly with floating point on, so that not everything traps. */
function randomStatus(random: Random): bigint {
  return random.chance(0.9) ? random.next64() | 0x6000n : random.next64();
}

function satp(random: Random): bigint {
  const page = BigInt(RAM_BASE / PAGE);
  switch (random.below(6)) {
    case 0:
    case 1:
      return 0n;
    case 2:
      return (9n << 60n) | (page + BigInt(TABLES.root48));
    case 3:
      return (8n << 60n) | (page + BigInt(random.below(RAM_PAGES)));
    default:
      return (8n << 60n) | (page + BigInt(random.pick([TABLES.root, TABLES.root, TABLES.wild])));
  }
}

function pmpAddress(random: Random): bigint {
  const address = BigInt(RAM_BASE + random.below(RAM_PAGES * PAGE)) >> 2n;
  return random.chance(0.8) ? address | ((1n << BigInt(random.below(16))) - 1n) : random.next64();
}

const DEVICES = [
  0x1000_0000, 0x1000_0000, 0x1000_0000, 0x1000_0000, 0x1000_1000, 0x1000_2000, 0x1000_3000,
  0x1000_1050, 0x200_0000, 0x200_4000, 0x200_bff8, 0xc00_0000, 0xc00_2000, 0xc20_0000, 0x10_1000,
];

const SBI_EXTENSIONS = [
  0, 1, 2, 8, 0x10, 0x5449_4d45, 0x73_5049, 0x5246_4e43, 0x48_534d, 0x5352_5354, 0x4442_434e,
];

/** What a register may hold: an address of some kind, a small number, anything. */
function value(random: Random): bigint {
  const kind = random.below(12);
  if (kind < 2) return wayOf(random);
  if (kind < 6) return BigInt(RAM_BASE + PAGES.data * PAGE + random.below(48 * PAGE));
  if (kind < 7) return BigInt(RAM_BASE + random.below(RAM_PAGES * PAGE));
  if (kind < 8) return BigInt(random.pick(DEVICES));
  if (kind < 10) return BigInt(random.below(4096));
  if (kind < 11) return BigInt.asUintN(64, -BigInt(random.below(4096)));
  return random.next64();
}

/** An identity map of RAM and devices with holes, detours and superpages. */
function tables(random: Random): Piece[] {
  const first = RAM_BASE / PAGE;
  const entry = (page: number, flags: number): bigint => (BigInt(page) << 10n) | BigInt(flags);
  const table = (page: number): bigint => entry(first + page, V);
  const root = Array.from({ length: 512 }, () => 0n);
  root[0] = entry(0, V | R | W | A | D | flag(random, U));
  root[2] = random.chance(0.9) ? table(TABLES.middle) : entry(first, LEAF | flag(random, U));
  root[3] = entry(first, LEAF | flag(random, U) | G);
  const middle = Array.from({ length: 512 }, () => 0n);
  middle[0] = random.chance(0.8) ? table(TABLES.last) : entry(first, LEAF | flag(random, U));
  middle[1] = entry(first, LEAF);
  const last = Array.from({ length: RAM_PAGES }, (_, page) => {
    const target = random.chance(0.9) ? page : random.below(RAM_PAGES);
    const flags = random.chance(0.7) ? LEAF | flag(random, U) : random.below(1024);
    return entry(first + target, flags);
  });
  const wild = Array.from({ length: 512 }, () =>
    random.chance(0.5) ? table(random.pick([9, 10, 11])) : random.next64(),
  );
  const root48 = [table(TABLES.root), table(TABLES.wild), table(TABLES.root48)];
  return [
    { offset: TABLES.root * PAGE, bytes: words(root) },
    { offset: TABLES.middle * PAGE, bytes: words(middle) },
    { offset: TABLES.last * PAGE, bytes: words(last) },
    { offset: TABLES.wild * PAGE, bytes: words(wild) },
    { offset: TABLES.root48 * PAGE, bytes: words(root48) },
  ];
}

const flag = (random: Random, bit: number): number => (random.chance(0.5) ? bit : 0);

function words(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values.map((each) => BigInt.asUintN(64, each))).buffer);
}

function encoded(code: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(code).buffer);
}
