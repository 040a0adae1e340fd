// Paging: M-mode opens physical memory, delegates traps and enters S-mode, where
// Sv39 is turned on and tried out, down to a program in U-mode.
#include "clint.h"
#include "csr.h"
#include "finisher.h"
#include "print.h"
#include "supervisor.h"
#include "trap.h"

#define PMP_ALL_ADDRESSES 0x3fffffffffffffUL
#define PMP_NAPOT_RWX 0x1f
#define MENVCFG_STCE (1UL << 63)
#define COUNTEREN_ALL 7
#define DELEGATED_EXCEPTIONS                                                                       \
  (1UL << CAUSE_BREAKPOINT | 1UL << CAUSE_USER_ECALL | 1UL << CAUSE_FETCH_PAGE_FAULT |             \
   1UL << CAUSE_LOAD_PAGE_FAULT | 1UL << CAUSE_STORE_PAGE_FAULT)

static volatile bool is_probing;
static volatile bool is_illegal;

/// Without Sstc the supervisor's timer is kept by M-mode: its timer interrupt
/// raises STIP, and the supervisor's ecall sets the next one.
static void on_trap(struct trap_frame *frame) {
  if (frame->cause == CAUSE_M_TIMER) {
    clint_set_timer(0, TIMER_OFF);
    csr_set(mip, IRQ_S_TIMER);
  } else if (frame->cause == CAUSE_SUPERVISOR_ECALL) {
    uint64_t argument = frame->x[10];
    if (frame->x[17] == MACHINE_POWER_OFF) power_off_with((uint32_t)argument);
    csr_clear(mip, IRQ_S_TIMER);
    clint_set_timer(0, argument);
    frame->epc += 4;
  } else if (frame->cause == CAUSE_ILLEGAL_INSTRUCTION && is_probing) {
    is_illegal = true;
    frame->epc += 4;
  } else if (frame->cause == CAUSE_LOAD_MISALIGNED || frame->cause == CAUSE_STORE_MISALIGNED) {
    print("misaligned accesses are not supported by this machine\n");
    power_off_with(1);
  } else {
    trap_unexpected(frame);
  }
}

/// Whether the supervisor has its own stimecmp (Sstc). A machine without the
/// registers traps on the way, which the handler above steps over.
static bool enable_sstc(void) {
  uint64_t value = 0;
  is_probing = true;
  __asm__ volatile("csrs 0x30a, %1\n" // menvcfg
                   "csrr %0, 0x30a\n"
                   "csrw 0x14d, %2\n" // stimecmp
                   : "+&r"(value)
                   : "r"(MENVCFG_STCE), "r"(TIMER_OFF)
                   : "memory");
  is_probing = false;
  return !is_illegal && (value & MENVCFG_STCE) != 0;
}

int main(void) {
  trap_set_handler(on_trap);
  print("paging: entering S-mode\n");

  csr_write(pmpaddr0, PMP_ALL_ADDRESSES);
  csr_write(pmpcfg0, PMP_NAPOT_RWX);
  csr_write(medeleg, DELEGATED_EXCEPTIONS);
  csr_write(mideleg, IRQ_S_TIMER);
  csr_write(mcounteren, COUNTEREN_ALL);
  clint_set_timer(0, TIMER_OFF);
  bool has_sstc = enable_sstc();
  if (!has_sstc) csr_set(mie, IRQ_M_TIMER);

  csr_clear(mstatus, MSTATUS_MPP);
  csr_set(mstatus, MSTATUS_MPP_SUPERVISOR);
  csr_write(mepc, supervisor_entry);
  __asm__ volatile("mv a0, %0\nmret" ::"r"((uint64_t)has_sstc) : "a0", "memory");
  __builtin_unreachable();
}
