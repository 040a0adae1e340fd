// What S- and U-mode execute: short stubs at the same places of every frame. Each ends in an ecall; the first trap
// inside ends it sooner. x10, x11 and x12 hold addresses; x31 shows which frame was fetched.
import { Assembler } from "./assembler.ts";
import { iType, type Instruction, wide, x } from "./encode.ts";
import { amo, loadReserved, LOAD_STORE, storeConditional } from "./memory-instructions.ts";
import { Operands } from "./operands.ts";
import { STUB_BYTES } from "./paging-layout.ts";
import type { Random } from "./random.ts";
import { CONTEXT_REGISTERS } from "./test-program.ts";

export const FIRST_ADDRESS = 10;
export const SECOND_ADDRESS = 11;
export const THIRD_ADDRESS = 12;
const FRAME_REGISTER = 31;
const RESERVED = [FIRST_ADDRESS, SECOND_ADDRESS, THIRD_ADDRESS, FRAME_REGISTER];

export type StubKind =
  | "jump"
  | "amo"
  | "reservation"
  | "readSatp"
  | "writeSatp"
  | "fence"
  | "mret"
  | "sret"
  | "wfi"
  | "memory";

/** Slot numbers by what their stub does; slot 0 is left to data. */
export const SLOTS: Readonly<Record<StubKind, readonly number[]>> = {
  jump: [1, 2, 3, 4],
  amo: [5, 6, 7, 8, 9, 10, 11, 12],
  reservation: [13, 14, 15, 16],
  readSatp: [17],
  writeSatp: [18],
  fence: [19, 20],
  mret: [21],
  sret: [22],
  wfi: [23],
  memory: Array.from({ length: 40 }, (_, index) => 24 + index),
};
const STUBS = 64;

const ecall = wide(0x0000_0073, "ecall");

/** The code of the frames, one array per frame. */
export function frameCodes(random: Random, frames: number): readonly Uint8Array[] {
  const kinds = Object.entries(SLOTS) as [StubKind, readonly number[]][];
  const stubs = Array.from({ length: STUBS }, (_, slot) => {
    const kind = kinds.find(([, slots]) => slots.includes(slot))?.[0];
    return kind === undefined ? [] : body(kind, slot, random);
  });
  return Array.from({ length: frames }, (_, frame) => {
    const code = new Uint8Array(STUBS * STUB_BYTES);
    for (const [slot, instructions] of stubs.entries()) {
      const asm = new Assembler(0);
      asm.addi(FRAME_REGISTER, FRAME_REGISTER, frame + 1);
      for (const instruction of instructions) asm.emit(instruction);
      asm.emit(ecall);
      const bytes = asm.finish();
      if (bytes.length > STUB_BYTES) throw new Error(`stub ${slot} has ${bytes.length} bytes`);
      if (slot > 0) code.set(bytes, slot * STUB_BYTES);
    }
    return code;
  });
}

function body(kind: StubKind, slot: number, random: Random): readonly Instruction[] {
  const bases = [FIRST_ADDRESS, SECOND_ADDRESS, THIRD_ADDRESS];
  const operands = new Operands(random, [...CONTEXT_REGISTERS, ...RESERVED], bases, 1);
  const memory = (): Instruction => random.pick(LOAD_STORE)(operands);
  switch (kind) {
    case "jump": {
      const rd = operands.rd();
      const offset = random.below(2);
      const text = `jalr ${x(rd)}, ${offset}(x11)`;
      return [wide(iType(0x67, 0, rd, SECOND_ADDRESS, offset), text)];
    }
    case "amo":
      return [amo(operands, FIRST_ADDRESS), amo(operands, SECOND_ADDRESS), memory()];
    case "reservation": {
      // EXCLUSION: sc to another address than lr's fails on QEMU 7.2 without looking at the address; both are right.
      const width = 2 + (slot % 2);
      const pair = [
        loadReserved(operands, width, FIRST_ADDRESS),
        storeConditional(operands, width, FIRST_ADDRESS),
      ];
      return slot % 4 < 2 ? pair : [memory(), ...pair];
    }
    case "readSatp":
      return [wide(iType(0x73, 2, 5, 0, 0x180), "csrr x5, satp")];
    case "writeSatp":
      return [wide(iType(0x73, 1, 5, THIRD_ADDRESS, 0x180), "csrrw x5, satp, x12"), memory()];
    case "fence":
      return slot % 2 === 0
        ? [memory(), wide(0x1200_0073, "sfence.vma"), memory()]
        : [memory(), wide(0x12b5_0073, "sfence.vma x10, x11"), memory()];
    case "mret":
      return [wide(0x3020_0073, "mret")];
    case "sret":
      return [wide(0x1020_0073, "sret")];
    case "wfi":
      return [wide(0x1050_0073, "wfi")];
    case "memory":
      return Array.from({ length: random.between(1, 5) }, memory);
  }
}
