// Between the parts of the supervisor: entry, traps, services.
#ifndef GUESTS_PAGING_SUPERVISOR_H
#define GUESTS_PAGING_SUPERVISOR_H
#include "trap.h"
#include <stdbool.h>
#include <stdint.h>

// Services of M-mode: number in a7, argument in a0.
#define MACHINE_SET_TIMER 0
#define MACHINE_POWER_OFF 1

// Services of the supervisor to the U-mode program: number in a7.
#define USER_EXIT 0
#define USER_REPORT 1 // a0 = which, a1 = value
#define USER_EXPECT_FAULT 2 // the next fault that can't be served is stepped over

/// In entry.S: takes the supervisor's stack and runs supervisor_main(has_sstc).
void supervisor_entry(void);
/// In entry.S: the value of stvec.
void supervisor_trap_entry(void);
/// In entry.S: runs U-mode code at `pc` with a stack until it asks to exit; its exit value.
uint64_t enter_user(uint64_t pc, uint64_t stack);
/// In entry.S: called by the trap handler to return from enter_user.
__attribute__((noreturn)) void leave_user(uint64_t value);

__attribute__((noreturn)) void supervisor_main(bool has_sstc);
void supervisor_trap(struct trap_frame *frame);

/// Runs a load of one byte, reporting whether it was refused.
bool is_load_refused(uint64_t address);
bool is_store_refused(uint64_t address);

extern volatile uint64_t demand_faults; // pages mapped because something touched them
extern volatile uint64_t refused_faults; // faults stepped over
extern volatile uint64_t timer_ticks;

/// Starts the supervisor's timer for `count` ticks.
void timer_start(bool has_sstc, uint64_t count);

#endif
