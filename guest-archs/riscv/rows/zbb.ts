// Zbb: basic bit manipulation (Unprivileged ISA, Bit-manipulation, section 1.2).
import type { I32, I64 } from "../../engine/semantics.ts";
import {
  funct12,
  funct6,
  funct7,
  OPCODE,
  R,
  R1,
  type Row,
  row,
  type Rv,
  SHIFT5,
  SHIFT6,
} from "../row.ts";

const RRR = "rd, rs1, rs2";

function register(name: string, f3: number, f7: number, compute: (x: Rv) => I64): Row {
  return row(name, funct7(OPCODE.op, f3, f7), R, RRR, (x) => x.setRd(compute(x)));
}

function unary(name: string, f12: number, compute: (x: Rv) => I64, f3 = 1): Row {
  return row(name, funct12(OPCODE.opImm, f3, f12), R1, "rd, rs1", (x) => x.setRd(compute(x)));
}

function unary32(name: string, f12: number, compute: (x: Rv) => I32): Row {
  return row(name, funct12(OPCODE.opImm32, 1, f12), R1, "rd, rs1", (x) =>
    x.setRd(x.signed(compute(x))),
  );
}

/** Sets each byte that is not zero to 0xff. */
function orCombine(x: Rv): I64 {
  // Adding 0x7f to the low 7 bits of a byte carries into bit 7 unless they are zero; no byte carries into the next.
  const low7 = 0x7f7f_7f7f_7f7f_7f7fn;
  const value = x.hold(x.rs1());
  const isSet = x.hold(
    x.shrU(
      x.and(x.or(x.add(x.and(value.get(), x.i64(low7)), x.i64(low7)), value.get()), x.i64(~low7)),
      x.i64(7n),
    ),
  );
  return x.mul(isSet.get(), x.i64(0xffn));
}

/** Reverses the bytes: neighbours, then pairs, then halves. */
function reverseBytes(x: Rv): I64 {
  const swap = (a: I64, shift: bigint, mask: bigint): I64 => {
    const value = x.hold(a);
    return x.or(
      x.and(x.shrU(value.get(), x.i64(shift)), x.i64(mask)),
      x.shl(x.and(value.get(), x.i64(mask)), x.i64(shift)),
    );
  };
  return x.rotr(
    swap(swap(x.rs1(), 8n, 0x00ff_00ff_00ff_00ffn), 16n, 0x0000_ffff_0000_ffffn),
    x.i64(32n),
  );
}

export const ZBB: readonly Row[] = [
  register("andn", 7, 0x20, (x) => x.and(x.rs1(), x.xor(x.rs2(), x.i64(-1n)))),
  register("orn", 6, 0x20, (x) => x.or(x.rs1(), x.xor(x.rs2(), x.i64(-1n)))),
  register("xnor", 4, 0x20, (x) => x.xor(x.rs1(), x.xor(x.rs2(), x.i64(-1n)))),
  register("min", 4, 0x05, (x) => x.select(x.rs1(), x.rs2(), x.ltS(x.rs1(), x.rs2()))),
  register("minu", 5, 0x05, (x) => x.select(x.rs1(), x.rs2(), x.ltU(x.rs1(), x.rs2()))),
  register("max", 6, 0x05, (x) => x.select(x.rs1(), x.rs2(), x.geS(x.rs1(), x.rs2()))),
  register("maxu", 7, 0x05, (x) => x.select(x.rs1(), x.rs2(), x.geU(x.rs1(), x.rs2()))),
  register("rol", 1, 0x30, (x) => x.rotl(x.rs1(), x.rs2())),
  register("ror", 5, 0x30, (x) => x.rotr(x.rs1(), x.rs2())),
  row("rori", funct6(OPCODE.opImm, 5, 0x18), SHIFT6, "rd, rs1, imm", (x) =>
    x.setRd(x.rotr(x.rs1(), x.imm())),
  ),
  row("rolw", funct7(OPCODE.op32, 1, 0x30), R, RRR, (x) =>
    x.setRd(x.signed(x.rotl32(x.rs1Low(), x.rs2Low()))),
  ),
  row("rorw", funct7(OPCODE.op32, 5, 0x30), R, RRR, (x) =>
    x.setRd(x.signed(x.rotr32(x.rs1Low(), x.rs2Low()))),
  ),
  row("roriw", funct7(OPCODE.opImm32, 5, 0x30), SHIFT5, "rd, rs1, imm", (x) =>
    x.setRd(x.signed(x.rotr32(x.rs1Low(), x.imm32()))),
  ),
  unary("clz", 0x600, (x) => x.clz(x.rs1())),
  unary("ctz", 0x601, (x) => x.ctz(x.rs1())),
  unary("cpop", 0x602, (x) => x.popcnt(x.rs1())),
  unary("sext.b", 0x604, (x) => x.extend8(x.rs1())),
  unary("sext.h", 0x605, (x) => x.extend16(x.rs1())),
  unary("orc.b", 0x287, orCombine, 5),
  unary("rev8", 0x6b8, reverseBytes, 5),
  unary32("clzw", 0x600, (x) => x.clz32(x.rs1Low())),
  unary32("ctzw", 0x601, (x) => x.ctz32(x.rs1Low())),
  unary32("cpopw", 0x602, (x) => x.popcnt32(x.rs1Low())),
  row("zext.h", funct12(OPCODE.op32, 4, 0x080), R1, "rd, rs1", (x) =>
    x.setRd(x.and(x.rs1(), x.i64(0xffffn))),
  ),
];
