// Zifencei: instruction-fetch fence (Unprivileged ISA, chapter 6).
import { funct3, NONE, OPCODE, type Row, row } from "../row.ts";

export const ZIFENCEI: readonly Row[] = [
  // Every store, by a hart or a device, already drops what was decoded from the bytes it changes.
  row("fence.i", funct3(OPCODE.miscMem, 1), NONE, "", () => undefined),
];
