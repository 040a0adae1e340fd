// Which register the load that is being executed writes, and how: for devices that answer after the instruction.
import type { GuestMemory, LoadDestination } from "../../core/index.ts";
import { expandCompressed, findRow, INSTRUCTION_SET } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import { destinationSlot, peekWord } from "./peek-instruction.ts";
import { hartPrefix, NAME_OF_SLOT } from "./register-names.ts";

type Load = Omit<LoadDestination, "register">;

/** By name of the instruction. A single-precision number is boxed in ones (Unprivileged ISA, NaN boxing). */
const LOADS: Readonly<Record<string, Load>> = {
  lb: { bytes: 1, above: "sign" },
  lh: { bytes: 2, above: "sign" },
  lw: { bytes: 4, above: "sign" },
  ld: { bytes: 8, above: "zeros" },
  lbu: { bytes: 1, above: "zeros" },
  lhu: { bytes: 2, above: "zeros" },
  lwu: { bytes: 4, above: "zeros" },
  flw: { bytes: 4, above: "ones" },
  fld: { bytes: 8, above: "zeros" },
  "lr.w": { bytes: 4, above: "sign" },
  "lr.d": { bytes: 8, above: "zeros" },
};

/** @param hart stands at the load. @returns undefined where it writes no register */
export function loadDestination(
  hart: Hart,
  { memory, ramBase }: { readonly memory: GuestMemory; readonly ramBase: number },
): LoadDestination | undefined {
  const word = peekWord(hart, memory, ramBase);
  const destination = word === undefined ? undefined : destinationOf(word);
  return destination && { ...destination, register: hartPrefix(hart.index) + destination.register };
}

/** @returns what the instruction does to a register of hart 0; undefined for others than loads */
export function destinationOf(word: number): LoadDestination | undefined {
  const full = INSTRUCTION_SET.length(word) === 4 ? word : expandCompressed(word & 0xffff);
  const load = full === undefined ? undefined : LOADS[findRow(full)?.[0].name ?? ""];
  const slot = destinationSlot(word);
  const register = slot === undefined ? undefined : NAME_OF_SLOT.get(slot);
  return load === undefined || register === undefined ? undefined : { ...load, register };
}
