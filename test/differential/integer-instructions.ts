// I, M, Zba, Zbb and Zbs without memory and control flow: encodings from the Unprivileged ISA's listings.
import { type Instruction, iType, rType, uType, wide, x } from "./encode.ts";
import type { Maker, Operands } from "./operands.ts";

type Row = readonly [name: string, opcode: number, f3: number, upper: number];

const OP = 0x33;
const OP32 = 0x3b;
const IMM = 0x13;
const IMM32 = 0x1b;

/** Two sources; `upper` is funct7. */
const REGISTER: readonly Row[] = [
  ["add", OP, 0, 0x00],
  ["sub", OP, 0, 0x20],
  ["sll", OP, 1, 0x00],
  ["slt", OP, 2, 0x00],
  ["sltu", OP, 3, 0x00],
  ["xor", OP, 4, 0x00],
  ["srl", OP, 5, 0x00],
  ["sra", OP, 5, 0x20],
  ["or", OP, 6, 0x00],
  ["and", OP, 7, 0x00],
  ["addw", OP32, 0, 0x00],
  ["subw", OP32, 0, 0x20],
  ["sllw", OP32, 1, 0x00],
  ["srlw", OP32, 5, 0x00],
  ["sraw", OP32, 5, 0x20],
  ["mul", OP, 0, 0x01],
  ["mulh", OP, 1, 0x01],
  ["mulhsu", OP, 2, 0x01],
  ["mulhu", OP, 3, 0x01],
  ["div", OP, 4, 0x01],
  ["divu", OP, 5, 0x01],
  ["rem", OP, 6, 0x01],
  ["remu", OP, 7, 0x01],
  ["mulw", OP32, 0, 0x01],
  ["divw", OP32, 4, 0x01],
  ["divuw", OP32, 5, 0x01],
  ["remw", OP32, 6, 0x01],
  ["remuw", OP32, 7, 0x01],
  ["sh1add", OP, 2, 0x10],
  ["sh2add", OP, 4, 0x10],
  ["sh3add", OP, 6, 0x10],
  ["add.uw", OP32, 0, 0x04],
  ["sh1add.uw", OP32, 2, 0x10],
  ["sh2add.uw", OP32, 4, 0x10],
  ["sh3add.uw", OP32, 6, 0x10],
  ["andn", OP, 7, 0x20],
  ["orn", OP, 6, 0x20],
  ["xnor", OP, 4, 0x20],
  ["min", OP, 4, 0x05],
  ["minu", OP, 5, 0x05],
  ["max", OP, 6, 0x05],
  ["maxu", OP, 7, 0x05],
  ["rol", OP, 1, 0x30],
  ["ror", OP, 5, 0x30],
  ["rolw", OP32, 1, 0x30],
  ["rorw", OP32, 5, 0x30],
  ["bclr", OP, 1, 0x24],
  ["bext", OP, 5, 0x24],
  ["binv", OP, 1, 0x34],
  ["bset", OP, 1, 0x14],
];

/** One source; `upper` is the whole funct12. */
const UNARY: readonly Row[] = [
  ["clz", IMM, 1, 0x600],
  ["ctz", IMM, 1, 0x601],
  ["cpop", IMM, 1, 0x602],
  ["sext.b", IMM, 1, 0x604],
  ["sext.h", IMM, 1, 0x605],
  ["clzw", IMM32, 1, 0x600],
  ["cpopw", IMM32, 1, 0x602],
  ["zext.h", OP32, 4, 0x080],
  ["orc.b", IMM, 5, 0x287],
  ["rev8", IMM, 5, 0x6b8],
];

/** A 12-bit immediate; `upper` is unused. */
const IMMEDIATE: readonly Row[] = [
  ["addi", IMM, 0, 0],
  ["slti", IMM, 2, 0],
  ["sltiu", IMM, 3, 0],
  ["xori", IMM, 4, 0],
  ["ori", IMM, 6, 0],
  ["andi", IMM, 7, 0],
  ["addiw", IMM32, 0, 0],
];

/** A 6-bit shift amount; `upper` is funct6. */
const SHIFT: readonly Row[] = [
  ["slli", IMM, 1, 0x00],
  ["srli", IMM, 5, 0x00],
  ["srai", IMM, 5, 0x10],
  ["rori", IMM, 5, 0x18],
  ["bclri", IMM, 1, 0x12],
  ["bexti", IMM, 5, 0x12],
  ["binvi", IMM, 1, 0x1a],
  ["bseti", IMM, 1, 0x0a],
  ["slli.uw", IMM32, 1, 0x02],
];

/** A 5-bit shift amount; `upper` is funct7. */
const SHIFT32: readonly Row[] = [
  ["slliw", IMM32, 1, 0x00],
  ["srliw", IMM32, 5, 0x00],
  ["sraiw", IMM32, 5, 0x20],
  ["roriw", IMM32, 5, 0x30],
];

const register = REGISTER.map(([name, opcode, f3, f7]): Maker => (o) => {
  const [rd, rs1, rs2] = [o.rd(), o.rs(), o.rs()];
  return wide(rType(opcode, f3, f7, rd, rs1, rs2), `${name} ${x(rd)}, ${x(rs1)}, ${x(rs2)}`);
});

const unary = UNARY.map(([name, opcode, f3, f12]): Maker => (o) => {
  const [rd, rs1] = [o.rd(), o.rs()];
  return wide(iType(opcode, f3, rd, rs1, f12), `${name} ${x(rd)}, ${x(rs1)}`);
});

const immediate = IMMEDIATE.map(([name, opcode, f3]): Maker => (o) => {
  const [rd, rs1] = [o.rd(), o.rs()];
  const imm = o.random.chance(0.3)
    ? o.random.pick([-2048, -1, 0, 1, 2047])
    : o.random.between(-2048, 2047);
  return wide(iType(opcode, f3, rd, rs1, imm), `${name} ${x(rd)}, ${x(rs1)}, ${imm}`);
});

const shift = SHIFT.map(([name, opcode, f3, f6]): Maker => (o) => {
  const [rd, rs1, amount] = [o.rd(), o.rs(), o.random.below(64)];
  const word = iType(opcode, f3, rd, rs1, (f6 << 6) | amount);
  return wide(word, `${name} ${x(rd)}, ${x(rs1)}, ${amount}`);
});

const shift32 = SHIFT32.map(([name, opcode, f3, f7]): Maker => (o) => {
  const [rd, rs1, amount] = [o.rd(), o.rs(), o.random.below(32)];
  const word = rType(opcode, f3, f7, rd, rs1, amount);
  return wide(word, `${name} ${x(rd)}, ${x(rs1)}, ${amount}`);
});

const upper = (["lui", "auipc"] as const).map((name): Maker => (o) => {
  const [rd, imm] = [o.rd(), o.random.below(2 ** 20)];
  return wide(uType(name === "lui" ? 0x37 : 0x17, rd, imm), `${name} ${x(rd)}, ${imm}`);
});

/**
 * ctzw of a register whose lower half is not zero.
 * EXCLUSION: where it is zero, QEMU 7.2 counts on into the upper half instead of answering 32.
 */
export function countTrailingZerosOfWord(o: Operands): readonly Instruction[] {
  const [source, rs1, rd, bit] = [o.writable(), o.rs(), o.rd(), o.random.below(32)];
  return [
    wide(iType(IMM, 1, source, rs1, (0x0a << 6) | bit), `bseti ${x(source)}, ${x(rs1)}, ${bit}`),
    wide(iType(IMM32, 1, rd, source, 0x601), `ctzw ${x(rd)}, ${x(source)}`),
  ];
}

export const INTEGER: readonly Maker[] = [
  ...register,
  ...unary,
  ...immediate,
  ...shift,
  ...shift32,
  ...upper,
];
