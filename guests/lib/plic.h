// The PLIC at 0xc000000, as seen by the M-mode context of hart 0 (context 0).
//
//   0x000000 + 4 * irq  priority, 0 is never
//   0x002000            enable bits, one per irq
//   0x200000            threshold
//   0x200004            claim (read) and complete (write)
#ifndef GUESTS_PLIC_H
#define GUESTS_PLIC_H
#include "mmio.h"

#define PLIC 0xc000000UL

static inline void plic_enable(uint32_t irq) {
  uint64_t enable_word = PLIC + 0x2000 + 4 * (irq / 32);
  mmio_write32(PLIC + 4 * irq, 1);
  mmio_write32(enable_word, mmio_read32(enable_word) | (1u << (irq % 32)));
  mmio_write32(PLIC + 0x200000, 0);
}
static inline uint32_t plic_claim(void) { return mmio_read32(PLIC + 0x200004); }
static inline void plic_complete(uint32_t irq) { mmio_write32(PLIC + 0x200004, irq); }

#endif
