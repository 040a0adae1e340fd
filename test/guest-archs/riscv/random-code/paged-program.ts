// A random program in S-mode under Sv39, which changes its own page tables: what pages of code and data lead to, their
// permissions, accessed and dirty bits, and which of two roots is in use. Virtual pages are numbered like pages of RAM.
//
// | page       | holds                                                               |
// |------------|---------------------------------------------------------------------|
// | 2, 3       | roots; 4, 6: tables of the second level                             |
// | 5, 7       | tables of the last level, at x4 and x3                              |
// | 8, 9       | code; 11, 12: the same with other words here and there              |
// | 16 to 19   | data                                                                |
// | 40, 41     | the code again                                                      |
import type { Random } from "../../../differential/random.ts";
import { type BareMetal, RAM_BASE } from "../bare-metal.ts";
import { FLOAT_STATUS, loadProgram } from "./bare-program.ts";
import { type Item, plain, type PlacedCode } from "./labelled-code.ts";
import { LAYOUT, TABLE, WORDS } from "./memory-layout.ts";
import { randomCode } from "./random-code.ts";

const BASE = 0x4000_0000;
const PAGE = 4096;
const ROOTS = [
  { root: 2, middle: 4, last: 5 },
  { root: 3, middle: 6, last: 7 },
] as const;
const CODE = [8, 9];
/** From code to its other version, and from code to its alias. */
const OTHER = 3;
const ALIAS = 32;
const DATA = [16, 17, 18, 19];
const [V, R, W, X, U, A, D] = [1, 2, 4, 8, 16, 64, 128];
const SV39 = 8n << 60n;
const SUPERVISOR = 1n;
const SUM = 0x4_0000n;
const FETCH_FAULT = 12;
/** So many of the first words neither jump nor trap. */
const HARMLESS = 3;

interface Entry {
  readonly index: number;
  readonly value: bigint;
}

const entry = (index: number, page: number, flags: number): Entry => ({
  index,
  value: (BigInt(RAM_BASE / PAGE + page) << 10n) | BigInt(flags),
});

/** What programs store into tables: mostly entries that allow something; those of code first. */
const CODE_ENTRIES: readonly Entry[] = CODE.flatMap((page) => [
  entry(page, page, V | R | W | X | A | D),
  entry(page, page, V | R | X),
  entry(page, page, V | R | W | X | A),
  entry(page, page + OTHER, V | R | X | A),
  entry(page, page + OTHER, V | R | W | X),
  entry(page, page, V | R | W | A | D),
  entry(page, page, 0),
]);
const ENTRIES: readonly Entry[] = [
  ...CODE_ENTRIES,
  ...DATA.flatMap((page) => [
    entry(page, page, V | R | W | A | D),
    entry(page, page, V | R | W | A),
    entry(page, page, V | R | W),
    entry(page, page ^ 1, V | R | W),
    entry(page, page, V | R | W | U),
    entry(page, page, V | R),
    entry(page, page, 0),
  ]),
];
const MENDED = CODE.map((page) => entry(page, page, V | R | X));

export function preparePaged(machine: BareMetal, random: Random): void {
  const code = randomCode(random, special, BASE);
  loadProgram(machine, random, code, BASE, mending(), ALIAS * PAGE);
  const { memory } = machine;
  writeOtherCode(machine, random, code);
  for (const tables of ROOTS) writeTables(machine, tables, random);
  for (const [index, { value }] of [...ENTRIES, ...MENDED].entries()) {
    memory.writeU64(LAYOUT.table + TABLE.entries + index * 8, value);
  }
  const satp = ROOTS.map(({ root }) => SV39 | BigInt(RAM_BASE / PAGE + root));
  machine.set("x2", SUM);
  machine.set("x3", BigInt(BASE + ROOTS[1].last * PAGE));
  machine.set("x4", BigInt(BASE + ROOTS[0].last * PAGE));
  machine.set("x29", satp[0] ?? 0n);
  machine.set("x31", satp[1] ?? 0n);
  machine.set("satp", satp[0] ?? 0n);
  machine.set("pmpaddr0", (1n << 54n) - 1n);
  machine.set("pmpcfg0", 0x1fn);
  machine.set("mcounteren", 7n);
  machine.set("mtvec", BigInt(RAM_BASE));
  machine.set("mie", 2n);
  machine.set("mstatus", FLOAT_STATUS);
  machine.set("priv", SUPERVISOR);
}

/** Copies of the pages of code, with other words for some instructions. */
function writeOtherCode({ memory }: BareMetal, random: Random, code: PlacedCode): void {
  for (const page of CODE) memory.write((page + OTHER) * PAGE, memory.read(page * PAGE, PAGE));
  let at = code.placeOf("block 0") - BASE;
  for (const word of code.words) {
    const isWhole = (word & 3) === 3 && at % PAGE <= PAGE - 4;
    if (isWhole && random.chance(0.15)) {
      memory.writeU32(at + OTHER * PAGE, random.pick(WORDS.slice(0, HARMLESS)));
    }
    at += (word & 3) === 3 ? 4 : 2;
  }
}

function writeTables(
  { memory }: BareMetal,
  { root, middle, last }: (typeof ROOTS)[number],
  random: Random,
): void {
  const write = (table: number, { index, value }: Entry): void =>
    memory.writeU64(table * PAGE + index * 8, value);
  write(root, entry(BASE / 2 ** 30, middle, V));
  write(middle, entry(0, last, V));
  const all = V | R | W | A | D;
  for (const page of [LAYOUT.table / PAGE, ROOTS[0].last, ROOTS[1].last]) {
    write(last, entry(page, page, all));
  }
  for (const page of CODE) {
    write(last, entry(page, page, V | R | W | X));
    write(last, entry(page + ALIAS, page, V | R | X | A));
  }
  for (const page of DATA) write(last, entry(page, random.pick(DATA), V | R | W));
}

/** Behind a fetch fault: the code is executable again. */
function mending(): string {
  const fields = ROOTS.flatMap(({ last }) => [
    `lui x7, ${last * PAGE - LAYOUT.table}`,
    "add x7, x7, x28",
    ...MENDED.flatMap(({ index }, n) => [
      `ld x26, ${TABLE.entries + (ENTRIES.length + n) * 8}(x28)`,
      `sd x26, ${index * 8}(x7)`,
    ]),
  ]);
  return [
    "csrrs x26, 0x342, x0",
    `addi x26, x26, ${-FETCH_FAULT}`,
    `bne x26, x0, ${4 * (fields.length + 1)}`,
    ...fields,
  ].join("\n");
}

function special(random: Random): Item[] {
  const x = `x${random.between(10, 17)}`;
  const last = random.pick(["x3", "x4", "x4"]);
  const kind = random.below(20);
  if (kind < 8) {
    const chosen = random.below(random.chance(0.4) ? CODE_ENTRIES.length : ENTRIES.length);
    return [
      plain(`ld x26, ${TABLE.entries + chosen * 8}(x24)`),
      plain(`sd x26, ${(ENTRIES[chosen]?.index ?? 0) * 8}(${last})`),
      ...(random.chance(0.5) ? [plain("sfence.vma x0, x0")] : []),
    ];
  }
  if (kind < 11) return [plain(`ld ${x}, ${random.pick([...CODE, ...DATA]) * 8}(${last})`)];
  if (kind < 13) return [plain(`sfence.vma ${random.pick(["x0", "x8", "x25"])}, x0`)];
  if (kind < 15) return [plain(`csrrw x0, 0x180, ${random.pick(["x29", "x29", "x31"])}`)];
  if (kind < 17) return [plain(`${random.pick(["csrrs", "csrrc"])} x0, 0x100, x2`)];
  return [plain(`csrrs ${x}, ${random.pick([0xc00, 0xc01, 0xc02, 0x100, 0x140, 0x180])}, x0`)];
}
