// Instructions that trap: calls of the environment, and encodings that no extension of the machine defines.
import { type Instruction, iType, narrow, rType, wide } from "./encode.ts";
import type { Random } from "./random.ts";

const ENVIRONMENT: readonly Instruction[] = [
  wide(0x0000_0073, "ecall"),
  wide(0x0010_0073, "ebreak"),
  narrow(0x9002, "c.ebreak"),
];

/** Reserved encodings of 16 bits; the zero word is illegal by definition. */
const RESERVED_16: readonly Instruction[] = [
  narrow(0x0000, "(16-bit zero)"),
  narrow(0x000c, "(c.addi4spn with 0)"),
  narrow(0x8000, "(reserved in quadrant 0)"),
  narrow(0x9c84, "(reserved in quadrant 0)"),
  narrow(0x2001, "(c.addiw x0)"),
  narrow(0x6081, "(c.lui x1, 0)"),
  narrow(0x6101, "(c.addi16sp 0)"),
  narrow(0x9c41, "(reserved in quadrant 1)"),
  narrow(0x9ce1, "(reserved in quadrant 1)"),
  narrow(0x4002, "(c.lwsp x0)"),
  narrow(0x6002, "(c.ldsp x0)"),
  narrow(0x8002, "(c.jr x0)"),
];

/** Major opcodes that nothing uses: custom, vector, reserved, longer than 32 bits. */
const UNUSED_OPCODES = [0x0b, 0x1f, 0x2b, 0x3f, 0x57, 0x5b, 0x5f, 0x6b, 0x77, 0x7b, 0x7f];

/** funct7 that OP and OP-32 leave free for every funct3. */
const UNUSED_FUNCT7 = [0x02, 0x03, 0x11, 0x21, 0x31, 0x40, 0x7f];

/** CSR numbers without a register in either machine. */
const NO_CSR = [0x5c0, 0x6ff, 0x7c0, 0x8ff, 0x9c0, 0xbc0, 0xdc0, 0xfc0, 0x181];
/** Registers that are read-only by number. */
const READ_ONLY_CSR = [0xf11, 0xf12, 0xf13, 0xf14, 0xf15, 0xc00, 0xc02];

export function environmentCall(random: Random): Instruction {
  return random.pick(ENVIRONMENT);
}

export function illegal(random: Random): Instruction {
  const bits = random.next();
  const rd = (bits >>> 7) & 31;
  const rs1 = (bits >>> 15) & 31;
  const rs2 = (bits >>> 20) & 31;
  const kinds: readonly (() => Instruction)[] = [
    () => random.pick(RESERVED_16),
    () => wide(((bits & ~0x7f) | random.pick(UNUSED_OPCODES)) >>> 0, "(unused opcode)"),
    () => {
      const opcode = random.pick([0x33, 0x3b]);
      return wide(
        rType(opcode, (bits >>> 12) & 7, random.pick(UNUSED_FUNCT7), rd, rs1, rs2),
        "(unused funct7)",
      );
    },
    () => wide(rType(0x03, 7, 0, rd, rs1, rs2), "(load with funct3 7)"),
    () => wide(rType(0x23, random.between(4, 7), 0, rd, rs1, rs2), "(store of no size)"),
    () => wide(rType(0x63, random.between(2, 3), 0, rd, rs1, rs2), "(branch with funct3 2 or 3)"),
    () => wide(rType(0x67, random.between(1, 7), 0, rd, rs1, rs2), "(jalr with funct3)"),
    () => wide(rType(0x2f, random.pick([0, 1, 4, 7]), 0, rd, rs1, rs2), "(AMO of no size)"),
    () => wide(rType(0x2f, 2, 0x5 << 2, rd, rs1, rs2), "(AMO without operation)"),
    () => wide(rType(0x2f, 2, 0x2 << 2, rd, rs1, 1), "(lr with rs2)"),
    () => wide(rType(0x53, 0, (0x0b << 2) | 1, rd, rs1, 3), "(fsqrt with rs2)"),
    () => wide(rType(0x53, 0, 2, rd, rs1, rs2), "(half-precision add)"),
    () => wide(rType(0x53, 0, 3, rd, rs1, rs2), "(quad-precision add)"),
    () => wide(rType(0x53, 3, 0x04 << 2, rd, rs1, rs2), "(fsgnj with funct3 3)"),
    () => wide(rType(0x53, 0, 0x18 << 2, rd, rs1, 4), "(fcvt to no integer)"),
    () => wide(rType(0x1b, 1, 0x01, rd, rs1, rs2), "(slliw by 32 or more)"),
    () => wide(rType(0x1b, 2, 0, rd, rs1, rs2), "(OP-IMM-32 with funct3 2)"),
    () => wide(iType(0x73, 4, rd, rs1, rs2), "(system with funct3 4)"),
    () => wide(iType(0x73, 2, rd, 0, random.pick(NO_CSR)), "(read of no CSR)"),
    () => wide(iType(0x73, 1, rd, rs1, random.pick(NO_CSR)), "(write of no CSR)"),
    () => wide(iType(0x73, 1, rd, rs1, random.pick(READ_ONLY_CSR)), "(write of a read-only CSR)"),
  ];
  return random.pick(kinds)();
}
