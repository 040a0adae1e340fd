// Identity and environment configuration (Privileged ISA 1.12, 3.1.2 to 3.1.5, 3.1.18, 4.1.10; Sstc).
import { SLOT } from "../hart-layout.ts";
import { armSupervisorTimer } from "./csr-interrupts.ts";
import { constantRow, type CsrRow, slotRow } from "./csr-row.ts";

/** Fences of I/O imply memory. */
const FIOM = 1n;
/** stimecmp exists for S-mode. */
export const STCE: bigint = 1n << 63n;
const MENVCFG_WRITABLE = FIOM | STCE;

const COUNTEREN_WRITABLE = 0xffff_ffffn;

/** Version of this implementation, as mimpid shows it. */
const IMPLEMENTATION_VERSION = 1n;

export const ENVIRONMENT_ROWS: readonly CsrRow[] = [
  constantRow(0xf11, "mvendorid", 0n),
  constantRow(0xf12, "marchid", 0n),
  constantRow(0xf13, "mimpid", IMPLEMENTATION_VERSION),
  { number: 0xf14, name: "mhartid", read: (core) => BigInt(core.hartId) },
  constantRow(0xf15, "mconfigptr", 0n),
  {
    number: 0x30a,
    name: "menvcfg",
    read: (core) => core.state.get(SLOT.menvcfg) & MENVCFG_WRITABLE,
    write: (core, value) => {
      core.state.set(SLOT.menvcfg, value & MENVCFG_WRITABLE);
      armSupervisorTimer(core);
    },
  },
  slotRow(0x10a, "senvcfg", SLOT.senvcfg, FIOM),
  slotRow(0x306, "mcounteren", SLOT.mcounteren, COUNTEREN_WRITABLE),
  slotRow(0x106, "scounteren", SLOT.scounteren, COUNTEREN_WRITABLE),
];
