import { RV64D } from "../../../../guest-archs/riscv/rows/rv64d.ts";
import { testRows } from "../row-cases.ts";
import { DOUBLES, floatCases, SINGLES } from "./float-cases.ts";

const NX = 1n;
const NV = 0x10n;
const single = SINGLES.register;
const double = DOUBLES.register;

testRows(RV64D, [
  ...floatCases(DOUBLES),
  ["fcvt.s.d f3, f1, rne", { f1: double(1.5) }, { f3: single(1.5) }],
  ["fcvt.s.d f3, f1, rne", { f1: double(0.1) }, { f3: single(0.1), fcsr: NX }],
  ["fcvt.s.d f3, f1, rne", { f1: DOUBLES.signalingNan }, { f3: SINGLES.nan, fcsr: NV }],
  ["fcvt.d.s f3, f1, rne", { f1: single(-0.25) }, { f3: double(-0.25) }],
  ["fcvt.d.s f3, f1, rne", { f1: 0n }, { f3: DOUBLES.nan }],
]);
