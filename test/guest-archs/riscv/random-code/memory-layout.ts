// Where random programs and their machines keep things, as offsets into RAM.
import { program } from "../assemble.ts";

export const LAYOUT = {
  handler: 0,
  table: 0x1000,
  /** Code lies around this page border. */
  codeBorder: 0x9000,
  data: 0x1_0000,
  dataPages: 4,
  ramBytes: 0x4_0000,
} as const;

/** Within the page at x24. */
export const TABLE = {
  /** Addresses of blocks. */
  targets: 0,
  words: 0x100,
  /** Values of x8 and x9 at the start. */
  pointers: 0x200,
  codePointer: 0x210,
  /** Page-table entries that a program may store. */
  entries: 0x400,
} as const;

export const TARGETS = 16;

/** What programs store over their code. */
export const WORDS: readonly number[] = [
  ...program(`
    addi x10, x10, 1
    addi x11, x10, 77
    xor x12, x12, x10
    jal x0, 8
    beq x10, x11, 8
    ld x13, 0(x8)
    sd x13, 8(x9)
    ecall
    addi x8, x8, 8`),
  0xffff_ffff,
  // Two compressed instructions.
  0x0505_0585,
];
