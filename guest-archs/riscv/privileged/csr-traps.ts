// Trap vectors, saved state of traps and satp (Privileged ISA 1.12, 3.1.7, 3.1.13 to 3.1.16, 4.1.2 to 4.1.11).
import { SLOT } from "../hart-layout.ts";
import { ALL_BITS, type CsrRow, slotRow, trapVectorRow } from "./csr-row.ts";
import { MSTATUS } from "./mstatus.ts";
import { SATP_MODE } from "./page-walk.ts";

/** With the C extension instructions start at even addresses. */
const EVEN = ALL_BITS & ~1n;

function isTranslationMode(mode: number): boolean {
  return mode === SATP_MODE.bare || mode === SATP_MODE.sv39 || mode === SATP_MODE.sv48;
}

export const TRAP_ROWS: readonly CsrRow[] = [
  trapVectorRow(0x305, "mtvec", SLOT.mtvec),
  slotRow(0x340, "mscratch", SLOT.mscratch, ALL_BITS),
  slotRow(0x341, "mepc", SLOT.mepc, EVEN),
  slotRow(0x342, "mcause", SLOT.mcause, ALL_BITS),
  slotRow(0x343, "mtval", SLOT.mtval, ALL_BITS),
  trapVectorRow(0x105, "stvec", SLOT.stvec),
  slotRow(0x140, "sscratch", SLOT.sscratch, ALL_BITS),
  slotRow(0x141, "sepc", SLOT.sepc, EVEN),
  slotRow(0x142, "scause", SLOT.scause, ALL_BITS),
  slotRow(0x143, "stval", SLOT.stval, ALL_BITS),
  {
    number: 0x180,
    name: "satp",
    read: (core) => core.state.get(SLOT.satp),
    // A write of an unsupported mode changes nothing (4.1.11).
    write: (core, value) => {
      if (!isTranslationMode(Number(value >> 60n))) return;
      if (value === core.state.get(SLOT.satp)) return;
      core.state.set(SLOT.satp, value);
      core.environment.flushTranslations();
    },
    isAccessible: (core) =>
      core.state.privilege === 3 || (core.state.low(SLOT.mstatus) & MSTATUS.TVM) === 0,
  },
];
