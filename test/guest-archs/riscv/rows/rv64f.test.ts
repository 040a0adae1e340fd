import { RV64F } from "../../../../guest-archs/riscv/rows/rv64f.ts";
import { testRows } from "../row-cases.ts";
import { floatCases, SINGLES } from "./float-cases.ts";

/** 1.0 without its box: arithmetic takes it for the canonical NaN. */
const UNBOXED_ONE = 0x3f80_0000n;
const { nan, register } = SINGLES;

testRows(RV64F, [
  ...floatCases(SINGLES),
  ["fadd.s f3, f1, f2, rne", { f1: UNBOXED_ONE, f2: register(1) }, { f3: nan }],
  ["fsgnj.s f3, f1, f2", { f1: UNBOXED_ONE, f2: register(-1) }, { f3: 0xffff_ffff_ffc0_0000n }],
  ["fsgnjn.s f3, f1, f2", { f1: register(1), f2: UNBOXED_ONE }, { f3: register(-1) }],
  ["fmv.x.w x3, f1", { f1: UNBOXED_ONE }, { x3: UNBOXED_ONE }],
  ["fclass.s x3, f1", { f1: UNBOXED_ONE }, { x3: 512n }],
]);
