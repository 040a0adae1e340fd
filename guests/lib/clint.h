// The CLINT at 0x2000000: software interrupts and the timer, per hart.
//
//   0x0000 + 4 * hart  msip      1 raises the hart's software interrupt
//   0x4000 + 8 * hart  mtimecmp  the timer interrupt is pending while mtime >= mtimecmp
//   0xbff8             mtime     10 MHz
#ifndef GUESTS_CLINT_H
#define GUESTS_CLINT_H
#include "harts.h"
#include "mmio.h"

#define TIMER_OFF UINT64_MAX

static inline void clint_software_interrupt(uint64_t hart, uint32_t raised) {
  mmio_write32(CLINT_MSIP + 4 * hart, raised);
}
static inline uint64_t clint_time(void) { return mmio_read64(CLINT_MSIP + 0xbff8); }
static inline void clint_set_timer(uint64_t hart, uint64_t time) {
  mmio_write64(CLINT_MSIP + 0x4000 + 8 * hart, time);
}

#endif
