// Calls the handler the guest chose; without one every trap is unexpected.
#include "trap.h"
#include "finisher.h"
#include "print.h"

#define UNEXPECTED_TRAP_EXIT_CODE 99

static trap_handler chosen_handler;

void trap_set_handler(trap_handler handler) { chosen_handler = handler; }

void trap_unexpected(const struct trap_frame *frame) {
  print("unexpected trap: cause %016lx pc %016lx value %016lx\n", frame->cause, frame->epc,
        frame->tval);
  power_off_with(UNEXPECTED_TRAP_EXIT_CODE);
}

void trap_dispatch(struct trap_frame *frame);
void trap_dispatch(struct trap_frame *frame) {
  if (chosen_handler == 0) trap_unexpected(frame);
  chosen_handler(frame);
}
