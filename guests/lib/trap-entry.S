# M-mode trap entry: saves every integer register on the hart's trap stack (kept
# in mscratch), calls trap_dispatch(frame), restores and returns. The layout of
# the frame is struct trap_frame in trap.h. Handlers do no floating point.
#define FRAME_BYTES 288

    .text
    .globl trap_entry
    .balign 4
trap_entry:
    csrrw sp, mscratch, sp
    addi sp, sp, -FRAME_BYTES
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sd x\n, 8*\n(sp)
    .endr
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    # A trap inside the handler nests below this frame.
    csrr t1, mscratch
    sd t1, 8*2(sp)
    csrw mscratch, sp
    csrr t1, mepc
    sd t1, 8*32(sp)
    csrr t1, mcause
    sd t1, 8*33(sp)
    csrr t1, mtval
    sd t1, 8*34(sp)
    csrr t1, mstatus
    sd t1, 8*35(sp)

    mv a0, sp
    call trap_dispatch

    ld t0, 8*32(sp)
    csrw mepc, t0
    ld t0, 8*35(sp)
    csrw mstatus, t0
    addi t0, sp, FRAME_BYTES
    csrw mscratch, t0
    .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    ld x\n, 8*\n(sp)
    .endr
    ld sp, 8*2(sp)
    mret
