// Control and status registers by name or number, and the bits the guests use.
#ifndef GUESTS_CSR_H
#define GUESTS_CSR_H
#include <stdint.h>

#define csr_read(csr)                                                                              \
  ({                                                                                               \
    uint64_t csr_value;                                                                            \
    __asm__ volatile("csrr %0, " #csr : "=r"(csr_value)::"memory");                                \
    csr_value;                                                                                     \
  })
#define csr_write(csr, value) __asm__ volatile("csrw " #csr ", %0" ::"rK"((uint64_t)(value)) : "memory")
#define csr_set(csr, bits) __asm__ volatile("csrs " #csr ", %0" ::"rK"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) __asm__ volatile("csrc " #csr ", %0" ::"rK"((uint64_t)(bits)) : "memory")

#define MSTATUS_SIE (1UL << 1)
#define MSTATUS_MIE (1UL << 3)
#define MSTATUS_SPP (1UL << 8)
#define MSTATUS_MPP (3UL << 11)
#define MSTATUS_MPP_SUPERVISOR (1UL << 11)
#define MSTATUS_SUM (1UL << 18)
#define MSTATUS_MXR (1UL << 19)

#define IRQ_S_TIMER (1UL << 5)
#define IRQ_M_SOFTWARE (1UL << 3)
#define IRQ_M_TIMER (1UL << 7)
#define IRQ_M_EXTERNAL (1UL << 11)

static inline void wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }

#endif
