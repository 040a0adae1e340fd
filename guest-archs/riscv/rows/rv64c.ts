// C: compressed instructions (Unprivileged ISA, chapter 27). Each expands to the 32-bit instruction it abbreviates.
import { B_IMMEDIATE, bits, I_IMMEDIATE, J_IMMEDIATE, S_IMMEDIATE, SHAMT6 } from "../immediates.ts";
import { OPCODE } from "../row.ts";

export interface CompressedRow {
  readonly name: string;
  readonly mask: number;
  readonly match: number;
  /** @returns the 32-bit instruction, or undefined for a reserved encoding. */
  expand(half: number): number | undefined;
}

const SP = 2;
const RA = 1;

/** Takes bits of a half-word, highest first: "5:12 4:6" puts its bits 12.. at value bits 5.. */
function gather(
  half: number,
  ...parts: readonly (readonly [high: number, low: number, to: number])[]
): number {
  let value = 0;
  for (const [high, low, to] of parts) value |= bits(half, high, low) << to;
  return value;
}

function signExtend(value: number, width: number): number {
  return (value << (32 - width)) >> (32 - width);
}

/** Register fields: 5 bits, or 3 bits that name x8 to x15. */
const rd = (half: number): number => bits(half, 11, 7);
const rs2 = (half: number): number => bits(half, 6, 2);
const low3 = (half: number): number => 8 + bits(half, 4, 2);
const high3 = (half: number): number => 8 + bits(half, 9, 7);

const imm6 = (half: number): number => signExtend(gather(half, [12, 12, 5], [6, 2, 0]), 6);
const shamt = (half: number): number => gather(half, [12, 12, 5], [6, 2, 0]);
const wordOffset = (half: number): number => gather(half, [12, 10, 3], [6, 6, 2], [5, 5, 6]);
const doubleOffset = (half: number): number => gather(half, [12, 10, 3], [6, 5, 6]);
const wordFromSp = (half: number): number => gather(half, [12, 12, 5], [6, 4, 2], [3, 2, 6]);
const doubleFromSp = (half: number): number => gather(half, [12, 12, 5], [6, 5, 3], [4, 2, 6]);
const wordToSp = (half: number): number => gather(half, [12, 9, 2], [8, 7, 6]);
const doubleToSp = (half: number): number => gather(half, [12, 10, 3], [9, 7, 6]);
const branchOffset = (half: number): number =>
  signExtend(gather(half, [12, 12, 8], [11, 10, 3], [6, 5, 6], [4, 3, 1], [2, 2, 5]), 9);
const jumpOffset = (half: number): number =>
  signExtend(
    gather(
      half,
      [12, 12, 11],
      [11, 11, 4],
      [10, 9, 8],
      [8, 8, 10],
      [7, 7, 6],
      [6, 6, 7],
      [5, 3, 1],
      [2, 2, 5],
    ),
    12,
  );

function i(opcode: number, f3: number, to: number, from: number, value: number): number {
  return I_IMMEDIATE.encode(value) | (from << 15) | (f3 << 12) | (to << 7) | opcode;
}

function s(opcode: number, f3: number, base: number, from: number, value: number): number {
  return S_IMMEDIATE.encode(value) | (from << 20) | (base << 15) | (f3 << 12) | opcode;
}

function r(opcode: number, f3: number, f7: number, to: number, a: number, b: number): number {
  return (f7 << 25) | (b << 20) | (a << 15) | (f3 << 12) | (to << 7) | opcode;
}

function shift(f3: number, f6: number, register: number, amount: number): number {
  return (
    (f6 << 26) |
    SHAMT6.encode(amount) |
    (register << 15) |
    (f3 << 12) |
    (register << 7) |
    OPCODE.opImm
  );
}

function branch(f3: number, half: number): number {
  return B_IMMEDIATE.encode(branchOffset(half)) | (high3(half) << 15) | (f3 << 12) | OPCODE.branch;
}

/** Rows of quadrant q and funct3. */
function compressed(
  name: string,
  quadrant: number,
  f3: number,
  expand: (half: number) => number | undefined,
  extra: { readonly mask: number; readonly match: number } = { mask: 0, match: 0 },
): CompressedRow {
  return { name, mask: 0xe003 | extra.mask, match: (f3 << 13) | quadrant | extra.match, expand };
}

/** Register arithmetic of quadrant 1: bits 12 and 6 to 5 select. */
function arithmetic(
  name: string,
  bit12: number,
  select: number,
  f3: number,
  f7: number,
  opcode: number,
): CompressedRow {
  return compressed(name, 1, 4, (h) => r(opcode, f3, f7, high3(h), high3(h), low3(h)), {
    mask: 0x1c60,
    match: (bit12 << 12) | 0x0c00 | (select << 5),
  });
}

const RS2_FIELD = 0x007c;
const BIT_12 = 0x1000;

/** Names of the instructions that have a compressed form. */
export const COMPRESSIBLE: ReadonlySet<string> = new Set([
  "add",
  "addi",
  "addiw",
  "addw",
  "and",
  "andi",
  "beq",
  "bne",
  "ebreak",
  "fld",
  "fsd",
  "jal",
  "jalr",
  "ld",
  "lui",
  "lw",
  "or",
  "sd",
  "slli",
  "srai",
  "srli",
  "sub",
  "subw",
  "sw",
  "xor",
]);

/** In order: where two rows match, the earlier one holds. */
export const RV64C: readonly CompressedRow[] = [
  compressed("c.addi4spn", 0, 0, (h) => {
    const value = gather(h, [12, 11, 4], [10, 7, 6], [6, 6, 2], [5, 5, 3]);
    return value === 0 ? undefined : i(OPCODE.opImm, 0, low3(h), SP, value);
  }),
  compressed("c.fld", 0, 1, (h) => i(OPCODE.loadFp, 3, low3(h), high3(h), doubleOffset(h))),
  compressed("c.lw", 0, 2, (h) => i(OPCODE.load, 2, low3(h), high3(h), wordOffset(h))),
  compressed("c.ld", 0, 3, (h) => i(OPCODE.load, 3, low3(h), high3(h), doubleOffset(h))),
  compressed("c.fsd", 0, 5, (h) => s(OPCODE.storeFp, 3, high3(h), low3(h), doubleOffset(h))),
  compressed("c.sw", 0, 6, (h) => s(OPCODE.store, 2, high3(h), low3(h), wordOffset(h))),
  compressed("c.sd", 0, 7, (h) => s(OPCODE.store, 3, high3(h), low3(h), doubleOffset(h))),

  compressed("c.addi", 1, 0, (h) => i(OPCODE.opImm, 0, rd(h), rd(h), imm6(h))),
  compressed("c.addiw", 1, 1, (h) =>
    rd(h) === 0 ? undefined : i(OPCODE.opImm32, 0, rd(h), rd(h), imm6(h)),
  ),
  compressed("c.li", 1, 2, (h) => i(OPCODE.opImm, 0, rd(h), 0, imm6(h))),
  compressed(
    "c.addi16sp",
    1,
    3,
    (h) => {
      const value = gather(h, [12, 12, 9], [6, 6, 4], [5, 5, 6], [4, 3, 7], [2, 2, 5]);
      return value === 0 ? undefined : i(OPCODE.opImm, 0, SP, SP, signExtend(value, 10));
    },
    { mask: 0x0f80, match: SP << 7 },
  ),
  compressed("c.lui", 1, 3, (h) =>
    imm6(h) === 0 ? undefined : (imm6(h) << 12) | (rd(h) << 7) | OPCODE.lui,
  ),
  compressed("c.srli", 1, 4, (h) => shift(5, 0x00, high3(h), shamt(h)), { mask: 0x0c00, match: 0 }),
  compressed("c.srai", 1, 4, (h) => shift(5, 0x10, high3(h), shamt(h)), {
    mask: 0x0c00,
    match: 0x0400,
  }),
  compressed("c.andi", 1, 4, (h) => i(OPCODE.opImm, 7, high3(h), high3(h), imm6(h)), {
    mask: 0x0c00,
    match: 0x0800,
  }),
  arithmetic("c.sub", 0, 0, 0, 0x20, OPCODE.op),
  arithmetic("c.xor", 0, 1, 4, 0, OPCODE.op),
  arithmetic("c.or", 0, 2, 6, 0, OPCODE.op),
  arithmetic("c.and", 0, 3, 7, 0, OPCODE.op),
  arithmetic("c.subw", 1, 0, 0, 0x20, OPCODE.op32),
  arithmetic("c.addw", 1, 1, 0, 0, OPCODE.op32),
  compressed("c.j", 1, 5, (h) => J_IMMEDIATE.encode(jumpOffset(h)) | OPCODE.jal),
  compressed("c.beqz", 1, 6, (h) => branch(0, h)),
  compressed("c.bnez", 1, 7, (h) => branch(1, h)),

  compressed("c.slli", 2, 0, (h) => shift(1, 0x00, rd(h), shamt(h))),
  compressed("c.fldsp", 2, 1, (h) => i(OPCODE.loadFp, 3, rd(h), SP, doubleFromSp(h))),
  compressed("c.lwsp", 2, 2, (h) =>
    rd(h) === 0 ? undefined : i(OPCODE.load, 2, rd(h), SP, wordFromSp(h)),
  ),
  compressed("c.ldsp", 2, 3, (h) =>
    rd(h) === 0 ? undefined : i(OPCODE.load, 3, rd(h), SP, doubleFromSp(h)),
  ),
  compressed("c.jr", 2, 4, (h) => (rd(h) === 0 ? undefined : i(OPCODE.jalr, 0, 0, rd(h), 0)), {
    mask: BIT_12 | RS2_FIELD,
    match: 0,
  }),
  compressed("c.mv", 2, 4, (h) => r(OPCODE.op, 0, 0, rd(h), 0, rs2(h)), {
    mask: BIT_12,
    match: 0,
  }),
  compressed("c.ebreak", 2, 4, () => 0x0010_0073, {
    mask: BIT_12 | RS2_FIELD | 0x0f80,
    match: BIT_12,
  }),
  compressed("c.jalr", 2, 4, (h) => i(OPCODE.jalr, 0, RA, rd(h), 0), {
    mask: BIT_12 | RS2_FIELD,
    match: BIT_12,
  }),
  compressed("c.add", 2, 4, (h) => r(OPCODE.op, 0, 0, rd(h), rd(h), rs2(h)), {
    mask: BIT_12,
    match: BIT_12,
  }),
  compressed("c.fsdsp", 2, 5, (h) => s(OPCODE.storeFp, 3, SP, rs2(h), doubleToSp(h))),
  compressed("c.swsp", 2, 6, (h) => s(OPCODE.store, 2, SP, rs2(h), wordToSp(h))),
  compressed("c.sdsp", 2, 7, (h) => s(OPCODE.store, 3, SP, rs2(h), doubleToSp(h))),
];
