import { RV64I } from "../../../../guest-archs/riscv/rows/rv64i.ts";
import { RAM_BASE } from "../bare-metal.ts";
import { type Case, rri, rrr, testRows } from "../row-cases.ts";

const BASE = BigInt(RAM_BASE);
const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);
const MAX_32 = 2n ** 31n - 1n;
const MIN_32 = -(2n ** 31n);
const PATTERN = 0x8182_8384_8586_8788n;
const AT = { x1: BASE + 4096n, m4096: PATTERN };

function branches(
  name: string,
  ...rows: readonly (readonly [a: bigint, b: bigint, isTaken: boolean])[]
): Case[] {
  return rows.map(([a, b, isTaken]) => [
    `${name} x1, x2, 64`,
    { x1: a, x2: b },
    { pc: isTaken ? 64n : 4n },
  ]);
}

testRows(RV64I, [
  ["lui x3, 0x7ffff000", {}, { x3: 0x7fff_f000n }],
  ["lui x3, 0x80000000", {}, { x3: MIN_32 }],
  ["lui x0, 0x80000000", {}, {}],
  ["auipc x3, 0x1000", {}, { x3: BASE + 0x1000n }],
  ["auipc x3, 0xfffff000", {}, { x3: BASE - 0x1000n }],
  ["jal x1, 2048", {}, { x1: BASE + 4n, pc: 2048n }],
  ["jal x0, 1048574", {}, { pc: 1_048_574n }],
  ["jal x1, -4", {}, { x1: BASE + 4n, pc: -4n }],
  ["jalr x1, 5(x2)", { x2: BASE + 100n }, { x1: BASE + 4n, pc: 104n }],
  ["jalr x2, -2(x2)", { x2: BASE + 100n }, { x2: BASE + 4n, pc: 98n }],
  ...branches("beq", [1n, 1n, true], [1n, 2n, false], [2n ** 32n, 0n, false]),
  ...branches("bne", [1n, 1n, false], [1n, 2n, true], [2n ** 32n, 0n, true]),
  ...branches("blt", [-1n, 0n, true], [0n, -1n, false], [3n, 3n, false], [MIN, MAX, true]),
  ...branches("bge", [-1n, 0n, false], [0n, -1n, true], [3n, 3n, true], [MIN, MAX, false]),
  ...branches("bltu", [-1n, 0n, false], [0n, -1n, true], [3n, 3n, false]),
  ...branches("bgeu", [-1n, 0n, true], [0n, -1n, false], [3n, 3n, true]),
  ["beq x0, x0, -4096", {}, { pc: -4096n }],
  ["beq x0, x0, 4094", {}, { pc: 4094n }],

  ["lb x3, 0(x1)", AT, { x3: -0x78n }],
  ["lb x3, -1(x1)", { x1: BASE + 4097n, m4096: 0x7fn }, { x3: 0x7fn }],
  ["lbu x3, 0(x1)", AT, { x3: 0x88n }],
  ["lh x3, 0(x1)", AT, { x3: -0x7878n }],
  ["lh x3, 1(x1)", AT, { x3: -0x7979n }],
  ["lhu x3, 0(x1)", AT, { x3: 0x8788n }],
  ["lw x3, 0(x1)", AT, { x3: 0x8586_8788n - 2n ** 32n }],
  ["lw x3, 3(x1)", AT, { x3: 0x8283_8485n - 2n ** 32n }],
  ["lwu x3, 0(x1)", AT, { x3: 0x8586_8788n }],
  ["ld x3, 0(x1)", AT, { x3: PATTERN }],
  ["ld x0, 0(x1)", AT, {}],
  ["ld x1, 0(x1)", AT, { x1: PATTERN }],
  ["ld x3, 2047(x1)", { x1: BASE + 2049n, m4096: PATTERN }, { x3: PATTERN }],
  ["sb x2, 1(x1)", { ...AT, x2: 0x1ffn }, { m4096: 0x8182_8384_8586_ff88n }],
  ["sh x2, 2(x1)", { ...AT, x2: 0x1_beefn }, { m4096: 0x8182_8384_beef_8788n }],
  ["sh x2, 1(x1)", { ...AT, x2: 0x1_beefn }, { m4096: 0x8182_8384_85be_ef88n }],
  ["sw x2, 4(x1)", { ...AT, x2: 0x1_dead_beefn }, { m4096: 0xdead_beef_8586_8788n }],
  ["sd x2, -8(x1)", { x1: BASE + 4104n, x2: -2n }, { m4096: -2n }],
  [
    "sd x2, 4(x1)",
    { ...AT, x2: 0x0102_0304_0506_0708n, m4104: 0n },
    { m4096: 0x0506_0708_8586_8788n, m4104: 0x0102_0304n },
  ],

  ...rri("addi", [1n, -1, 0n], [MAX, 1, MIN], [0n, -2048, -2048n]),
  ["addi x0, x1, 5", { x1: 1n }, {}],
  ...rri("slti", [-1n, 0, 1n], [0n, -1, 0n], [5n, 5, 0n]),
  ...rri("sltiu", [-1n, 0, 0n], [0n, -1, 1n], [0n, 1, 1n], [1n, 1, 0n]),
  ...rri("xori", [0xff00n, -1, ~0xff00n], [5n, 3, 6n]),
  ...rri("ori", [0xf0n, 0x0f, 0xffn], [0n, -1, -1n]),
  ...rri("andi", [-1n, 0x7ff, 0x7ffn], [PATTERN, -16, PATTERN & ~15n]),
  ...rri("slli", [1n, 63, MIN], [-1n, 0, -1n]),
  ...rri("srli", [-1n, 63, 1n], [MIN, 32, 0x8000_0000n]),
  ...rri("srai", [MIN, 63, -1n], [MAX, 62, 1n]),
  ...rrr("add", [MAX, 1n, MIN], [-1n, 1n, 0n]),
  ...rrr("sub", [MIN, 1n, MAX], [0n, 1n, -1n]),
  ...rrr("sll", [1n, 64n, 1n], [1n, 63n, MIN], [3n, 0x41n, 6n]),
  ...rrr("slt", [MIN, MAX, 1n], [MAX, MIN, 0n], [1n, 1n, 0n]),
  ...rrr("sltu", [MIN, MAX, 0n], [MAX, MIN, 1n]),
  ...rrr("xor", [0xffn, 0x0fn, 0xf0n]),
  ...rrr("srl", [MIN, 63n, 1n], [-1n, 68n, 2n ** 60n - 1n]),
  ...rrr("sra", [MIN, 63n, -1n], [MAX, 65n, 2n ** 62n - 1n]),
  ...rrr("or", [0xf0n, 0x0fn, 0xffn]),
  ...rrr("and", [0xf0n, 0x3cn, 0x30n]),

  ...rri("addiw", [MAX_32, 1, MIN_32], [2n ** 32n + 5n, -6, -1n]),
  ...rri("slliw", [1n, 31, MIN_32], [2n ** 32n + 1n, 0, 1n]),
  ...rri("srliw", [-1n, 1, MAX_32], [2n ** 32n, 0, 0n], [-1n, 0, -1n]),
  ...rri("sraiw", [0x8000_0000n, 31, -1n], [2n ** 32n - 2n, 1, -1n]),
  ...rrr("addw", [MAX_32, 1n, MIN_32], [2n ** 40n, 1n, 1n]),
  ...rrr("subw", [MIN_32, 1n, MAX_32], [0n, 1n, -1n]),
  ...rrr("sllw", [1n, 63n, MIN_32], [1n, 32n, 1n]),
  ...rrr("srlw", [-1n, 31n, 1n], [-1n, 32n, -1n]),
  ...rrr("sraw", [0x8000_0000n, 31n, -1n], [0x4000_0000n, 62n, 1n]),
  ["fence", { x5: 7n }, {}],
]);
