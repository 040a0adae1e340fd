// Wakes harts one after another by software interrupt, then all of them count
// together: with an atomic add, under a lr/sc loop and under a spinlock.
#include "teamwork.h"
#include "clint.h"
#include "csr.h"
#include "print.h"
#include <stdbool.h>

#define ROUNDS 5000

static volatile uint32_t awake;
static volatile uint32_t finished;
static volatile uint32_t may_start;
static uint32_t team;
static uint64_t atomic_total;
static uint64_t reserved_total;
static uint32_t spinlock;
static volatile uint64_t locked_total; // guarded by spinlock
static volatile uint64_t turns[MAX_HARTS];

static void lock(void) {
  while (__atomic_exchange_n(&spinlock, 1, __ATOMIC_ACQUIRE) != 0) {
  }
}

static void unlock(void) { __atomic_store_n(&spinlock, 0, __ATOMIC_RELEASE); }

static void add_reserved(uint64_t *total, uint64_t amount) {
  uint64_t value;
  uint64_t failed;
  __asm__ volatile("1: lr.d %0, (%2)\n"
                   "add %0, %0, %3\n"
                   "sc.d %1, %0, (%2)\n"
                   "bnez %1, 1b\n"
                   : "=&r"(value), "=&r"(failed)
                   : "r"(total), "r"(amount)
                   : "memory");
}

static void count(uint64_t hart) {
  for (uint32_t round = 0; round < ROUNDS; round++) {
    __atomic_fetch_add(&atomic_total, hart + 1, __ATOMIC_RELAXED);
    add_reserved(&reserved_total, hart + 1);
    lock();
    locked_total += hart + 1;
    turns[hart]++;
    unlock();
  }
  if (__atomic_add_fetch(&finished, 1, __ATOMIC_ACQ_REL) == team) clint_software_interrupt(0, 1);
}

void secondary_main(uint64_t hart);
void secondary_main(uint64_t hart) {
  __atomic_fetch_add(&awake, 1, __ATOMIC_ACQ_REL);
  clint_software_interrupt(0, 1);
  while (__atomic_load_n(&may_start, __ATOMIC_ACQUIRE) == 0) {
  }
  count(hart);
}

/// Interrupts are not taken here: a pending one only ends the wfi.
static void sleep_while_below(const volatile uint32_t *counter, uint32_t target) {
  while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) < target) {
    wait_for_interrupt();
    clint_software_interrupt(0, 0);
  }
}

void work_together(uint32_t harts) {
  team = harts;
  csr_clear(mstatus, MSTATUS_MIE);
  csr_set(mie, IRQ_M_SOFTWARE);
  for (uint32_t hart = 1; hart < harts; hart++) {
    io_fence();
    clint_software_interrupt(hart, 1);
    sleep_while_below(&awake, hart);
    print("hart %u is awake\n", hart);
  }
  __atomic_store_n(&may_start, 1, __ATOMIC_RELEASE);
  count(0);
  sleep_while_below(&finished, harts);

  uint64_t expected = 0;
  for (uint32_t hart = 0; hart < harts; hart++) {
    expected += (uint64_t)ROUNDS * (hart + 1);
    print("hart %u took the lock %lu times\n", hart, turns[hart]);
  }
  print("atomic add: %lu of %lu\n", atomic_total, expected);
  print("load-reserved, store-conditional: %lu of %lu\n", reserved_total, expected);
  print("spinlock: %lu of %lu\n", locked_total, expected);
}
