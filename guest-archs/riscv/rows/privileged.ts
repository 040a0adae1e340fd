// Instructions of the privileged architecture, and ECALL and EBREAK (Privileged ISA 1.12, sections 3.3 and 4.2).
import { NO_IMMEDIATE } from "../immediates.ts";
import { funct7, NONE, OPCODE, type Row, row, word } from "../row.ts";

export const PRIVILEGED: readonly Row[] = [
  row("ecall", word(0x0000_0073), NONE, "", (x) => x.callAndLeave((hart) => hart.ecall())),
  row("ebreak", word(0x0010_0073), NONE, "", (x) => x.callAndLeave((hart) => hart.ebreak())),
  row("mret", word(0x3020_0073), NONE, "", (x) => x.callAndLeave((hart, w) => hart.mret(w))),
  row("sret", word(0x1020_0073), NONE, "", (x) => x.callAndLeave((hart, w) => hart.sret(w))),
  row("wfi", word(0x1050_0073), NONE, "", (x) => x.callAndLeave((hart, w) => hart.wfi(w))),
  row(
    "sfence.vma",
    { ...funct7(OPCODE.system, 0, 0x09), mask: 0xfe00_7fff },
    { rs1: "x", rs2: "x", immediate: NO_IMMEDIATE },
    "rs1, rs2",
    (x) => x.callAndLeave((hart, w) => hart.sfenceVma(w)),
  ),
];
