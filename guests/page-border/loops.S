# a0 = value, a1 = rounds. Each loop has a border of 4 KiB in it; `.skip` brings it there.
# Compressed instructions are two bytes long: one of four can begin two bytes before it.
    .option norelax
    .section .text.page_border, "ax"
    .balign 4096

# The instruction in the middle of the loop has two bytes on either side.
    .skip 4094 - (crossing_instruction - instruction_across)
    .globl instruction_across
instruction_across:
    li a2, 0x2545f491
1:  slli a3, a0, 13
    xor a0, a0, a3
    srli a3, a0, 7
    xor a0, a0, a3
    slli a3, a0, 17
    xor a0, a0, a3
    .globl crossing_instruction
crossing_instruction:
    .option push
    .option norvc
    add a0, a0, a2
    .option pop
    srli a3, a0, 33
    add a2, a2, a3
    andi a3, a0, 1
    beqz a3, 2f
    addi a0, a0, 77
2:  addi a1, a1, -1
    bnez a1, 1b
    ret
    .balign 4096

# The branch back to the head lies across it, and another one in the loop jumps over it.
    .skip 4094 - (crossing_branch - branch_across)
    .globl branch_across
branch_across:
    li a2, 0x5851f42d
1:  mul a0, a0, a2
    srli a3, a0, 29
    xor a0, a0, a3
    addi a0, a0, 11
    andi a3, a0, 6
    beqz a3, 3f
2:  addi a1, a1, -1
    .globl crossing_branch
crossing_branch:
    .option push
    .option norvc
    bne a1, zero, 1b
    .option pop
    ret
3:  not a0, a0
    srli a3, a0, 5
    add a0, a0, a3
    j 2b
    .balign 4096

# The loop ends a page; the function that it calls begins the next one.
    .skip 4096 - (called_behind - call_across)
    .globl call_across
call_across:
    mv t1, ra
    li a2, 0x1a6ebca7
1:  jal called_behind
    srli a3, a0, 3
    xor a0, a0, a3
    addi a1, a1, -1
    bnez a1, 1b
    jr t1
    .globl called_behind
called_behind:
    add a0, a0, a2
    slli a3, a0, 9
    xor a0, a0, a3
    ret
