// The handler of random programs, in M-mode at the start of RAM: sums up what happened, mends what a program may have
// broken, and goes on behind the trap or at any block of the table.
import { program } from "../assemble.ts";
import { TABLE } from "./memory-layout.ts";

/** @param mending instructions that may use x7 and x28, with x28 the physical address of the table */
export function trapHandler(mending: string): readonly number[] {
  return program(`
    csrrs x28, 0x342, x0
    add x27, x27, x28
    csrrs x28, 0x341, x0
    xor x27, x27, x28
    csrrs x28, 0x343, x0
    add x27, x27, x28
    csrrci x0, 0x344, 2
    csrrs x0, 0x300, x30
    srli x7, x27, 5
    xor x27, x27, x7
    auipc x28, 0x1000
    addi x28, x28, -40
    ld x8, ${TABLE.pointers}(x28)
    ld x9, ${TABLE.pointers + 8}(x28)
    ${mending}
    andi x7, x27, 3
    beq x7, x0, 28
    slli x7, x27, 3
    andi x7, x7, 120
    add x28, x28, x7
    ld x28, ${TABLE.targets}(x28)
    csrrw x0, 0x341, x28
    mret
    csrrs x28, 0x341, x0
    addi x28, x28, 4
    csrrw x0, 0x341, x28
    mret`);
}
