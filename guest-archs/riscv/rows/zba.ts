// Zba: address generation (Unprivileged ISA, Bit-manipulation, section 1.1).
import type { I64 } from "../../engine/semantics.ts";
import { funct6, funct7, OPCODE, R, type Row, row, type Rv, SHIFT6 } from "../row.ts";

function shiftedAdd(name: string, f3: number, shift: bigint, isUnsignedWord: boolean): Row {
  const opcode = isUnsignedWord ? OPCODE.op32 : OPCODE.op;
  const source = (x: Rv): I64 => (isUnsignedWord ? x.unsigned(x.rs1Low()) : x.rs1());
  return row(name, funct7(opcode, f3, 0x10), R, "rd, rs1, rs2", (x) =>
    x.setRd(x.add(x.shl(source(x), x.i64(shift)), x.rs2())),
  );
}

export const ZBA: readonly Row[] = [
  shiftedAdd("sh1add", 2, 1n, false),
  shiftedAdd("sh2add", 4, 2n, false),
  shiftedAdd("sh3add", 6, 3n, false),
  shiftedAdd("sh1add.uw", 2, 1n, true),
  shiftedAdd("sh2add.uw", 4, 2n, true),
  shiftedAdd("sh3add.uw", 6, 3n, true),
  row("add.uw", funct7(OPCODE.op32, 0, 0x04), R, "rd, rs1, rs2", (x) =>
    x.setRd(x.add(x.unsigned(x.rs1Low()), x.rs2())),
  ),
  row("slli.uw", funct6(OPCODE.opImm32, 1, 0x02), SHIFT6, "rd, rs1, imm", (x) =>
    x.setRd(x.shl(x.unsigned(x.rs1Low()), x.imm())),
  ),
];
