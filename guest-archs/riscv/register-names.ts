// Registers that a fault or a debugger can name, and the slots they live in. Control registers carry the names of the
// privileged specification.
import type { RegisterAccess } from "../../core/index.ts";
import { HART_STATE_BYTES, SLOT } from "./hart-layout.ts";

export interface NamedRegister extends RegisterAccess {
  readonly slot: number;
}

const GENERAL_REGISTERS = 32;
const PMP_ADDRESSES = 16;

function register(
  name: string,
  group: RegisterAccess["group"],
  slot: number,
  bits = 64,
): NamedRegister {
  return { name, group, bits, slot };
}

function numbered(
  prefix: string,
  from: number,
  to: number,
  group: RegisterAccess["group"],
  slot: number,
): NamedRegister[] {
  return Array.from({ length: to - from }, (_, i) =>
    register(`${prefix}${from + i}`, group, slot + from + i),
  );
}

const CONTROL_64 = [
  "mstatus",
  "medeleg",
  "mideleg",
  "mie",
  "mip",
  "mtvec",
  "mscratch",
  "mepc",
  "mcause",
  "mtval",
  "menvcfg",
  "stvec",
  "sscratch",
  "sepc",
  "scause",
  "stval",
  "senvcfg",
  "satp",
  "stimecmp",
  "pmpcfg0",
  "pmpcfg2",
] as const;
const CONTROL_32 = ["mcounteren", "mcountinhibit", "scounteren", "fcsr"] as const;
/** The mode isn't a CSR but a fault can hit it as well. */
const PRIVILEGE_BITS = 2;

/** The registers of one hart. */
export const HART_REGISTERS: readonly NamedRegister[] = [
  ...numbered("x", 1, GENERAL_REGISTERS, "integer", SLOT.x),
  ...numbered("f", 0, GENERAL_REGISTERS, "float", SLOT.f),
  register("pc", "pc", SLOT.pc),
  register("priv", "control", SLOT.priv, PRIVILEGE_BITS),
  ...CONTROL_64.map((name) => register(name, "control", SLOT[name])),
  ...CONTROL_32.map((name) => register(name, "control", SLOT[name], 32)),
  ...numbered("pmpaddr", 0, PMP_ADDRESSES, "control", SLOT.pmpaddr),
];

/** Names of registers that instructions write, by slot. */
export const NAME_OF_SLOT: ReadonlyMap<number, string> = new Map(
  HART_REGISTERS.map(({ slot, name }) => [slot, name]),
);

export function hartPrefix(hart: number): string {
  return hart === 0 ? "" : `hart${hart}.`;
}

/** The registers of all harts, as a processor names them. */
export function namedRegisters(harts: number): readonly RegisterAccess[] {
  return Array.from({ length: harts }, (_, hart) =>
    HART_REGISTERS.map(({ name, group, bits }) => ({ name: hartPrefix(hart) + name, group, bits })),
  ).flat();
}

/** Name of the register at a byte of `Processor.registers()`; undefined between registers that have a name. */
export function nameRegister(byte: number): string | undefined {
  const hart = Math.floor(byte / HART_STATE_BYTES);
  const name = NAME_OF_SLOT.get(Math.floor((byte % HART_STATE_BYTES) / 8));
  return name === undefined ? undefined : `${hartPrefix(hart)}${name}`;
}
