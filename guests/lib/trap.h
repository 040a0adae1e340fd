// Traps taken in M-mode: the saved state and the handler the guest chooses.
#ifndef GUESTS_TRAP_H
#define GUESTS_TRAP_H
#include <stdint.h>

struct trap_frame {
  uint64_t x[32]; // x[0] is never saved
  uint64_t epc;
  uint64_t cause;
  uint64_t tval;
  uint64_t status;
};

#define CAUSE_INTERRUPT (1UL << 63)
#define CAUSE_M_SOFTWARE (CAUSE_INTERRUPT | 3)
#define CAUSE_S_TIMER (CAUSE_INTERRUPT | 5)
#define CAUSE_M_TIMER (CAUSE_INTERRUPT | 7)
#define CAUSE_M_EXTERNAL (CAUSE_INTERRUPT | 11)
#define CAUSE_ILLEGAL_INSTRUCTION 2
#define CAUSE_BREAKPOINT 3
#define CAUSE_LOAD_MISALIGNED 4
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_USER_ECALL 8
#define CAUSE_SUPERVISOR_ECALL 9
#define CAUSE_MACHINE_ECALL 11
#define CAUSE_FETCH_PAGE_FAULT 12
#define CAUSE_LOAD_PAGE_FAULT 13
#define CAUSE_STORE_PAGE_FAULT 15

typedef void (*trap_handler)(struct trap_frame *frame);

/// Chooses the handler of all harts; it may change the frame to return elsewhere.
void trap_set_handler(trap_handler handler);

/// Prints the trap and ends the guest with exit code 99.
__attribute__((noreturn)) void trap_unexpected(const struct trap_frame *frame);

#endif
