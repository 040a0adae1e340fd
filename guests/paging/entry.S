# Entry to S-mode, traps taken there, and the way into U-mode and back.
# sscratch holds 0 while in S-mode and the kernel stack pointer while in U-mode.
#define FRAME_BYTES 288
#define SSTATUS_SPP_SPIE 0x120
#define STACK_BYTES 16384

    .text
    .globl supervisor_entry
supervisor_entry:
    la sp, supervisor_stack + STACK_BYTES
    csrw sscratch, zero
    la t0, supervisor_trap_entry
    csrw stvec, t0
    call supervisor_main

    .globl supervisor_trap_entry
    .balign 4
supervisor_trap_entry:
    csrrw sp, sscratch, sp
    bnez sp, 1f
    csrr sp, sscratch           # from S-mode: stay on its stack
1:  addi sp, sp, -FRAME_BYTES
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sd x\n, 8*\n(sp)
    .endr
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    csrrw t0, sscratch, zero
    sd t0, 8*2(sp)
    csrr t1, sepc
    sd t1, 8*32(sp)
    csrr t1, scause
    sd t1, 8*33(sp)
    csrr t1, stval
    sd t1, 8*34(sp)
    csrr t1, sstatus
    sd t1, 8*35(sp)

    mv a0, sp
    call supervisor_trap

    ld t0, 8*32(sp)
    csrw sepc, t0
    ld t0, 8*35(sp)
    csrw sstatus, t0
    andi t0, t0, 0x100
    bnez t0, 2f
    addi t0, sp, FRAME_BYTES
    csrw sscratch, t0
2:  .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    ld x\n, 8*\n(sp)
    .endr
    ld sp, 8*2(sp)
    sret

# enter_user(pc, stack): callee-saved registers wait on the kernel stack.
    .globl enter_user
enter_user:
    addi sp, sp, -112
    sd ra, 0(sp)
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
    sd s\n, 8+8*\n(sp)
    .endr
    la t0, user_return_stack
    sd sp, 0(t0)
    csrw sscratch, sp
    csrw sepc, a0
    li t0, SSTATUS_SPP_SPIE
    csrc sstatus, t0
    mv sp, a1
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    li x\n, 0
    .endr
    sret

    .globl leave_user
leave_user:
    csrw sscratch, zero
    la t0, user_return_stack
    ld sp, 0(t0)
    ld ra, 0(sp)
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
    ld s\n, 8+8*\n(sp)
    .endr
    addi sp, sp, 112
    ret

# One access each, four bytes long, so that a refused one is easily stepped over.
    .option push
    .option norvc
    .globl load_byte
load_byte:
    lbu a0, 0(a0)
    ret
    .globl store_byte
store_byte:
    sb zero, 0(a0)
    ret
    .option pop

    .bss
    .balign 16
supervisor_stack:
    .space STACK_BYTES
user_return_stack:
    .space 8
