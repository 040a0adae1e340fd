// Zbs: single-bit instructions (Unprivileged ISA, Bit-manipulation, section 1.4).
import type { I64 } from "../../engine/semantics.ts";
import { funct6, funct7, OPCODE, R, type Row, row, type Rv, SHIFT6 } from "../row.ts";

/** The register form and the immediate form: `index` gives the bit number. */
function single(
  name: string,
  f3: number,
  f6: number,
  compute: (x: Rv, index: () => I64) => I64,
): readonly Row[] {
  return [
    row(name, funct7(OPCODE.op, f3, f6 << 1), R, "rd, rs1, rs2", (x) =>
      x.setRd(compute(x, () => x.rs2())),
    ),
    row(`${name}i`, funct6(OPCODE.opImm, f3, f6), SHIFT6, "rd, rs1, imm", (x) =>
      x.setRd(compute(x, () => x.imm())),
    ),
  ];
}

export const ZBS: readonly Row[] = [
  // All ones but one zero: -2 rotated.
  ...single("bclr", 1, 0x12, (x, index) => x.and(x.rs1(), x.rotl(x.i64(-2n), index()))),
  ...single("bext", 5, 0x12, (x, index) => x.and(x.shrU(x.rs1(), index()), x.i64(1n))),
  ...single("binv", 1, 0x1a, (x, index) => x.xor(x.rs1(), x.shl(x.i64(1n), index()))),
  ...single("bset", 1, 0x0a, (x, index) => x.or(x.rs1(), x.shl(x.i64(1n), index()))),
];
