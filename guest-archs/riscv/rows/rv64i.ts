// RV32I and RV64I base integer instructions (Unprivileged ISA, chapters 2 and 4).
import type { AccessSize, I32, I64, LoadKind } from "../../engine/semantics.ts";
import {
  B,
  funct3,
  funct6,
  funct7,
  I,
  J,
  NONE,
  OPCODE,
  opcodeOnly,
  R,
  type Row,
  row,
  type Rv,
  S,
  SHIFT5,
  SHIFT6,
  U,
} from "../row.ts";

const RRR = "rd, rs1, rs2";
const RRI = "rd, rs1, imm";
const ALTERNATIVE = 0x20;

function register(name: string, f3: number, f7: number, compute: (x: Rv) => I64): Row {
  return row(name, funct7(OPCODE.op, f3, f7), R, RRR, (x) => x.setRd(compute(x)));
}

function register32(name: string, f3: number, f7: number, compute: (x: Rv) => I32): Row {
  return row(name, funct7(OPCODE.op32, f3, f7), R, RRR, (x) => x.setRd(x.signed(compute(x))));
}

function immediate(name: string, f3: number, compute: (x: Rv) => I64): Row {
  return row(name, funct3(OPCODE.opImm, f3), I, RRI, (x) => x.setRd(compute(x)));
}

function shift(name: string, f3: number, f6: number, compute: (x: Rv) => I64): Row {
  return row(name, funct6(OPCODE.opImm, f3, f6), SHIFT6, RRI, (x) => x.setRd(compute(x)));
}

function shift32(name: string, f3: number, f7: number, compute: (x: Rv) => I32): Row {
  return row(name, funct7(OPCODE.opImm32, f3, f7), SHIFT5, RRI, (x) =>
    x.setRd(x.signed(compute(x))),
  );
}

function branch(name: string, f3: number, condition: (x: Rv) => I32): Row {
  return row(name, funct3(OPCODE.branch, f3), B, "rs1, rs2, imm", (x) => x.branch(condition(x)));
}

function load(name: string, f3: number, kind: LoadKind): Row {
  return row(name, funct3(OPCODE.load, f3), I, "rd, imm(rs1)", (x) =>
    x.setRd(x.load(kind, x.add(x.rs1(), x.imm()))),
  );
}

function store(name: string, f3: number, size: AccessSize): Row {
  return row(name, funct3(OPCODE.store, f3), S, "rs2, imm(rs1)", (x) =>
    x.store(size, x.add(x.rs1(), x.imm()), x.rs2()),
  );
}

export const RV64I: readonly Row[] = [
  row("lui", opcodeOnly(OPCODE.lui), U, "rd, imm", (x) => x.setRd(x.imm())),
  row("auipc", opcodeOnly(OPCODE.auipc), U, "rd, imm", (x) => x.setRd(x.add(x.pc(), x.imm()))),
  row("jal", opcodeOnly(OPCODE.jal), J, "rd, imm", (x) => {
    x.setRd(x.nextPc());
    x.jump();
  }),
  // The target is computed first: rd may be rs1.
  row("jalr", funct3(OPCODE.jalr, 0), I, "rd, imm(rs1)", (x) => {
    const target = x.hold(x.add(x.rs1(), x.imm()));
    x.setRd(x.nextPc());
    x.jumpTo(target.get());
  }),

  branch("beq", 0, (x) => x.eq(x.rs1(), x.rs2())),
  branch("bne", 1, (x) => x.ne(x.rs1(), x.rs2())),
  branch("blt", 4, (x) => x.ltS(x.rs1(), x.rs2())),
  branch("bge", 5, (x) => x.geS(x.rs1(), x.rs2())),
  branch("bltu", 6, (x) => x.ltU(x.rs1(), x.rs2())),
  branch("bgeu", 7, (x) => x.geU(x.rs1(), x.rs2())),

  load("lb", 0, "s8"),
  load("lh", 1, "s16"),
  load("lw", 2, "s32"),
  load("ld", 3, "u64"),
  load("lbu", 4, "u8"),
  load("lhu", 5, "u16"),
  load("lwu", 6, "u32"),
  store("sb", 0, 1),
  store("sh", 1, 2),
  store("sw", 2, 4),
  store("sd", 3, 8),

  immediate("addi", 0, (x) => x.add(x.rs1(), x.imm())),
  immediate("slti", 2, (x) => x.unsigned(x.ltS(x.rs1(), x.imm()))),
  immediate("sltiu", 3, (x) => x.unsigned(x.ltU(x.rs1(), x.imm()))),
  immediate("xori", 4, (x) => x.xor(x.rs1(), x.imm())),
  immediate("ori", 6, (x) => x.or(x.rs1(), x.imm())),
  immediate("andi", 7, (x) => x.and(x.rs1(), x.imm())),
  shift("slli", 1, 0x00, (x) => x.shl(x.rs1(), x.imm())),
  shift("srli", 5, 0x00, (x) => x.shrU(x.rs1(), x.imm())),
  shift("srai", 5, 0x10, (x) => x.shrS(x.rs1(), x.imm())),

  register("add", 0, 0, (x) => x.add(x.rs1(), x.rs2())),
  register("sub", 0, ALTERNATIVE, (x) => x.sub(x.rs1(), x.rs2())),
  register("sll", 1, 0, (x) => x.shl(x.rs1(), x.rs2())),
  register("slt", 2, 0, (x) => x.unsigned(x.ltS(x.rs1(), x.rs2()))),
  register("sltu", 3, 0, (x) => x.unsigned(x.ltU(x.rs1(), x.rs2()))),
  register("xor", 4, 0, (x) => x.xor(x.rs1(), x.rs2())),
  register("srl", 5, 0, (x) => x.shrU(x.rs1(), x.rs2())),
  register("sra", 5, ALTERNATIVE, (x) => x.shrS(x.rs1(), x.rs2())),
  register("or", 6, 0, (x) => x.or(x.rs1(), x.rs2())),
  register("and", 7, 0, (x) => x.and(x.rs1(), x.rs2())),

  row("addiw", funct3(OPCODE.opImm32, 0), I, RRI, (x) =>
    x.setRd(x.signed(x.add32(x.rs1Low(), x.imm32()))),
  ),
  shift32("slliw", 1, 0, (x) => x.shl32(x.rs1Low(), x.imm32())),
  shift32("srliw", 5, 0, (x) => x.shrU32(x.rs1Low(), x.imm32())),
  shift32("sraiw", 5, ALTERNATIVE, (x) => x.shrS32(x.rs1Low(), x.imm32())),
  register32("addw", 0, 0, (x) => x.add32(x.rs1Low(), x.rs2Low())),
  register32("subw", 0, ALTERNATIVE, (x) => x.sub32(x.rs1Low(), x.rs2Low())),
  register32("sllw", 1, 0, (x) => x.shl32(x.rs1Low(), x.rs2Low())),
  register32("srlw", 5, 0, (x) => x.shrU32(x.rs1Low(), x.rs2Low())),
  register32("sraw", 5, ALTERNATIVE, (x) => x.shrS32(x.rs1Low(), x.rs2Low())),

  // Harts of a replica take turns and see each other's writes in order: a fence has nothing to do.
  row("fence", funct3(OPCODE.miscMem, 0), NONE, "", () => undefined),
];
