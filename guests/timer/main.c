// Timer and software interrupts of the CLINT, then, with several harts, wake-ups
// and atomic operations between them. Prints counts and order, never times.
#include "clint.h"
#include "csr.h"
#include "device-tree.h"
#include "print.h"
#include "teamwork.h"
#include "trap.h"

#define TICKS 50
#define TICK_INTERVAL 1000
#define SOFTWARE_INTERRUPTS 10

static volatile uint32_t ticks;
static volatile uint32_t software_interrupts;
static uint64_t last_time;
static uint32_t times_backwards;
static uint32_t early_ticks;

static void on_timer(void) {
  uint64_t due = mmio_read64(CLINT_MSIP + 0x4000);
  uint64_t now = clint_time();
  if (now < due) early_ticks++;
  if (now < last_time) times_backwards++;
  last_time = now;
  ticks++;
  clint_set_timer(0, ticks < TICKS ? now + TICK_INTERVAL : TIMER_OFF);
}

static void on_trap(struct trap_frame *frame) {
  if (frame->cause == CAUSE_M_TIMER) {
    on_timer();
  } else if (frame->cause == CAUSE_M_SOFTWARE) {
    clint_software_interrupt(0, 0);
    software_interrupts++;
  } else {
    trap_unexpected(frame);
  }
}

/// Sleeps until the counter reaches the target; interrupts are taken right after the wfi.
static void sleep_until(const volatile uint32_t *counter, uint32_t target) {
  csr_clear(mstatus, MSTATUS_MIE);
  while (*counter < target) {
    wait_for_interrupt();
    csr_set(mstatus, MSTATUS_MIE);
    csr_clear(mstatus, MSTATUS_MIE);
  }
}

int main(uint64_t hart, const void *device_tree) {
  trap_set_handler(on_trap);
  print("timer: interrupts on hart %lu\n", hart);

  clint_set_timer(0, TIMER_OFF);
  csr_set(mie, IRQ_M_TIMER | IRQ_M_SOFTWARE);
  last_time = clint_time();
  clint_set_timer(0, last_time + TICK_INTERVAL);
  for (uint32_t tens = 1; tens <= TICKS / 10; tens++) {
    sleep_until(&ticks, tens * 10);
    print("%u ticks\n", tens * 10);
  }
  print("ticks too early: %u, time went backwards: %u\n", early_ticks, times_backwards);

  for (uint32_t sent = 0; sent < SOFTWARE_INTERRUPTS; sent++) {
    clint_software_interrupt(0, 1);
    sleep_until(&software_interrupts, sent + 1);
  }
  print("software interrupts: %u\n", software_interrupts);

  csr_clear(mie, IRQ_M_TIMER | IRQ_M_SOFTWARE);
  uint32_t harts = device_tree_harts(device_tree);
  if (harts > MAX_HARTS) harts = MAX_HARTS;
  if (harts > 1) work_together(harts);
  print("done\n");
  return 0;
}
