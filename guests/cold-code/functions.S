# 4096 functions and the table of them. a0 = value, result in a0; `n` is the number of the
# function, and each has constants of its own. Written for the assembler: the compiler
# takes a quarter of a minute for as many.
#include "functions.h"

    .option norelax
    .set n, 0

    .macro constant register, factor
    li \register, (n * \factor + 0x7f4a7c15) & 0x7fffffff
    .endm

    .macro straight
    constant a1, 0x9e3779b1
    srli a2, a0, n % 23 + 5
    xor a0, a0, a1
    add a0, a0, a2
    mul a0, a0, a1
    addi a0, a0, n % 2048
    slli a2, a0, n % 13 + 3
    xor a0, a0, a2
    srli a1, a1, 9
    sub a0, a0, a1
    ret
    .endm

    .macro conditions
    constant a1, 0x85ebca6b
    li a2, 1 << (n % 31)
    and a2, a2, a0
    beqz a2, 1f
    add a0, a0, a1
    andi a2, a0, 0x40
    beqz a2, 3f
    xori a0, a0, n % 2048
    slli a0, a0, 1
    j 4f
1:  slli a2, a0, 2
    add a0, a0, a2
    andi a2, a0, 12
    bnez a2, 4f
    slli a1, a1, 5
    xor a0, a0, a1
    j 4f
3:  srli a1, a1, 3
    sub a0, a0, a1
4:  srli a2, a0, 29
    xor a0, a0, a2
    ret
    .endm

    .macro words
    constant a1, 0xc2b2ae35
    la a3, cells
    slli a2, a0, 2
    andi a2, a2, 0x7fc
    add a2, a2, a3
    lw a4, (a2)
    xor a5, a0, a1
    addw a4, a4, a5
    sw a4, (a2)
    lw a5, 4 * (n % 500)(a3)
    add a0, a0, a5
    srli a2, a0, 16
    xor a5, a5, a2
    sw a5, 4 * (n % 500)(a3)
    slli a2, a0, 1
    add a0, a0, a2
    add a0, a0, a1
    ret
    .endm

    .macro short_loop
    constant a1, 0x27d4eb2f
    andi a2, a0, 3
    addi a2, a2, 2
1:  slli a3, a0, 5
    srli a0, a0, 59
    or a0, a0, a3
    mul a3, a1, a2
    add a0, a0, a3
    addi a2, a2, -1
    bnez a2, 1b
    xori a0, a0, n % 2048
    ret
    .endm

    .macro comparisons
    constant a1, 0x165667b1
    sltu a2, a0, a1
    slti a3, a0, n % 2048
    add a2, a2, a3
    and a3, a0, a1
    seqz a3, a3
    neg a3, a3
    and a3, a3, a1
    slli a3, a3, 7
    add a0, a0, a2
    xor a0, a0, a3
    srli a2, a0, 11
    slli a3, a0, 3
    add a2, a2, a3
    mulw a0, a0, a1
    add a0, a0, a2
    ret
    .endm

    .macro halves
    constant a1, 0x2c1b3c6d
    srli a2, a0, 32
    addw a0, a0, a1
    xori a2, a2, n % 2048
    slliw a3, a0, n % 19 + 1
    srliw a4, a0, 31 - n % 19
    or a0, a3, a4
    slliw a3, a0, 3
    addw a3, a3, a0
    addw a2, a2, a3
    srliw a3, a2, 3
    xor a0, a0, a3
    slli a2, a2, 32
    slli a0, a0, 32
    srli a0, a0, 32
    or a0, a0, a2
    ret
    .endm

    .macro bytes
    la a3, cells
    andi a1, a0, 0x7ff
    add a1, a1, a3
    lbu a2, (a1)
    add a0, a0, a2
    srli a2, a0, 8
    sb a2, (a1)
    lbu a2, n % 2048 (a3)
    xor a0, a0, a2
    addi a2, a2, n % 7 + 1
    sb a2, n % 2048 (a3)
    li a2, n * 2 + 1
    mul a0, a0, a2
    ret
    .endm

    .macro choice
    constant a1, 0x7feb352d
    srli a2, a0, 7
    andi a2, a2, 7
    slli a2, a2, 2
    la a3, 9f
    add a2, a2, a3
    lw a2, (a2)
    add a2, a2, a3
    jr a2
1:  add a0, a0, a1
    ret
2:  slli a1, a1, 1
    xor a0, a0, a1
    ret
3:  slli a0, a0, 9
    addi a0, a0, n % 2048
    ret
4:  srli a2, a0, 9
    mul a0, a2, a1
    ret
5:  not a0, a0
    xori a0, a0, n % 2048
    ret
6:  slli a2, a0, 3
    sub a0, a2, a0
    ret
7:  srli a1, a1, 5
    or a0, a0, a1
    ret
    .pushsection .rodata
    .balign 4
9:  .word 1b - 9b, 2b - 9b, 3b - 9b, 4b - 9b, 5b - 9b, 6b - 9b, 7b - 9b, 1b - 9b
    .popsection
    .endm

    # The next function: its address to the table, its code here.
    .macro function shape
8:  .pushsection .rodata.cold_functions, "a"
    .dword 8b
    .popsection
    \shape
    .set n, n + 1
    .endm

    .section .rodata.cold_functions, "a"
    .balign 8
    .globl cold_functions
cold_functions:

    .text
    .rept COLD_FUNCTIONS / 16
    .irp shape, straight, conditions, words, short_loop, comparisons, halves, bytes, choice, straight, conditions, words, conditions, comparisons, halves, bytes, straight
    function \shape
    .endr
    .endr

    .bss
    .balign 8
cells:
    .space 4096
