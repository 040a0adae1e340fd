// A: atomic instructions (Unprivileged ISA, chapter 14). Harts of a replica take turns, so that each instruction is
// atomic as it is; aq and rl order nothing further.
import type { Held, I32, I64 } from "../../engine/semantics.ts";
import { OPCODE, R, R1, type Encoding, type Row, row, type Rv } from "../row.ts";

const WORD = 2;
const DOUBLE = 3;

/** funct5 and width; aq and rl are free. */
function amoEncoding(f5: number, width: number): Encoding {
  return { mask: 0xf800_707f, match: (f5 << 27) | (width << 12) | OPCODE.amo };
}

type Update = (x: Rv, old: Held<I64>) => I64;
type Condition = (x: Rv, old: Held<I64>, operand: Held<I64>) => I32;

function amo(
  name: string,
  f5: number,
  update: Update,
  updateWord: Update = update,
): readonly Row[] {
  return [
    row(`${name}.w`, amoEncoding(f5, WORD), R, "rd, rs2, (rs1)", (x) =>
      x.setRd(x.amo(4, x.rs1(), (old) => updateWord(x, old))),
    ),
    row(`${name}.d`, amoEncoding(f5, DOUBLE), R, "rd, rs2, (rs1)", (x) =>
      x.setRd(x.amo(8, x.rs1(), (old) => update(x, old))),
    ),
  ];
}

/** Keeps the old value where the condition holds. Word operands are compared sign-extended, as `old` is. */
function amoKeepIf(name: string, f5: number, condition: Condition): readonly Row[] {
  const choose = (x: Rv, old: Held<I64>, operand: Held<I64>): I64 =>
    x.select(old.get(), operand.get(), condition(x, old, operand));
  return amo(
    name,
    f5,
    (x, old) => choose(x, old, x.hold(x.rs2())),
    (x, old) => choose(x, old, x.hold(x.signed(x.rs2Low()))),
  );
}

export const RV64A: readonly Row[] = [
  row("lr.w", { mask: 0xf9f0_707f, match: amoEncoding(0x02, WORD).match }, R1, "rd, (rs1)", (x) =>
    x.setRd(x.loadReserved(4, x.rs1())),
  ),
  row("lr.d", { mask: 0xf9f0_707f, match: amoEncoding(0x02, DOUBLE).match }, R1, "rd, (rs1)", (x) =>
    x.setRd(x.loadReserved(8, x.rs1())),
  ),
  row("sc.w", amoEncoding(0x03, WORD), R, "rd, rs2, (rs1)", (x) =>
    x.setRd(x.storeConditional(4, x.rs1(), x.rs2())),
  ),
  row("sc.d", amoEncoding(0x03, DOUBLE), R, "rd, rs2, (rs1)", (x) =>
    x.setRd(x.storeConditional(8, x.rs1(), x.rs2())),
  ),
  ...amo("amoswap", 0x01, (x) => x.rs2()),
  ...amo("amoadd", 0x00, (x, old) => x.add(old.get(), x.rs2())),
  ...amo("amoxor", 0x04, (x, old) => x.xor(old.get(), x.rs2())),
  ...amo("amoand", 0x0c, (x, old) => x.and(old.get(), x.rs2())),
  ...amo("amoor", 0x08, (x, old) => x.or(old.get(), x.rs2())),
  ...amoKeepIf("amomin", 0x10, (x, old, operand) => x.ltS(old.get(), operand.get())),
  ...amoKeepIf("amomax", 0x14, (x, old, operand) => x.geS(old.get(), operand.get())),
  ...amoKeepIf("amominu", 0x18, (x, old, operand) => x.ltU(old.get(), operand.get())),
  ...amoKeepIf("amomaxu", 0x1c, (x, old, operand) => x.geU(old.get(), operand.get())),
];
