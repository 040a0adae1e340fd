# Entry of every guest in M-mode, a0 = hart number, a1 = address of the device
# tree. Hart 0 clears .bss and runs main(hart, device_tree); the others sleep
# until their software interrupt is raised, then run secondary_main(hart).
#include "harts.h"

    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop

    csrw mie, zero
    csrw mip, zero
    la t0, trap_entry
    csrw mtvec, t0
    li t0, MSTATUS_FS_INITIAL
    csrs mstatus, t0
    csrw fcsr, zero

    li t0, MAX_HARTS
    bgeu a0, t0, park_forever

    la sp, hart_stacks
    la t1, trap_stacks
    addi t0, a0, 1
    li t2, HART_STACK_BYTES
    mul t2, t2, t0
    add sp, sp, t2
    li t2, TRAP_STACK_BYTES
    mul t2, t2, t0
    add t1, t1, t2
    csrw mscratch, t1

    mv s0, a0
    bnez a0, wait_for_wakeup

    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sd zero, 0(t0)
    addi t0, t0, 8
    j 1b
2:  call main
    call power_off

# MIE stays off: a pending software interrupt ends the wfi without a trap.
wait_for_wakeup:
    csrwi mie, MIE_MSIE
1:  wfi
    csrr t0, mip
    andi t0, t0, MIE_MSIE
    beqz t0, 1b
    li t0, CLINT_MSIP
    slli t1, s0, 2
    add t0, t0, t1
    sw zero, 0(t0)
    mv a0, s0
    call secondary_main

park_forever:
    csrw mie, zero
1:  wfi
    j 1b

    .weak secondary_main
secondary_main:
    ret

    .bss
    .balign 16
hart_stacks:
    .space MAX_HARTS * HART_STACK_BYTES
trap_stacks:
    .space MAX_HARTS * TRAP_STACK_BYTES
