// D: double-precision floating point (Unprivileged ISA, chapter 21): F again, and conversions between the two.
import { narrow, widen } from "../../engine/softfloat/index.ts";
import { quickNarrow, quickWiden } from "../float-conversions.ts";
import { DOUBLE, floatRow, opFp, SINGLE } from "../float-operation.ts";
import { floatRows } from "../float-rows.ts";
import type { Row } from "../row.ts";

export const RV64D: readonly Row[] = [
  ...floatRows(DOUBLE),
  floatRow({
    quick: quickNarrow,
    name: "fcvt.s.d",
    encoding: opFp(0x20, { rs2: 1 }),
    rd: "f",
    rs1: "f",
    sources: 1,
    hasRoundingMode: true,
    evaluate: ({ rs1, mode, flags }) => SINGLE.box(narrow(DOUBLE.unbox(rs1), mode, flags)),
  }),
  floatRow({
    quick: quickWiden,
    name: "fcvt.d.s",
    encoding: opFp(0x21, { rs2: 0 }),
    rd: "f",
    rs1: "f",
    sources: 1,
    hasRoundingMode: true,
    evaluate: ({ rs1, flags }) => DOUBLE.box(widen(SINGLE.unbox(rs1), flags)),
  }),
];
