// A little of everything in a million and a half instructions, for experiments
// that are repeated hundreds of times: memory, sorting, matrices, floating
// point, system calls to itself, timer interrupts while it computes.
#include "clint.h"
#include "crc32.h"
#include "csr.h"
#include "print.h"
#include "random.h"
#include "trap.h"

#define TICKS 8
#define TICK_INTERVAL 5000
#define SIEVE_LIMIT 30000
#define SORT_ITEMS 3000
#define SIZE 24
#define CALLS 200

static volatile uint32_t ticks;
static uint64_t calls_total;
static uint8_t composite[SIEVE_LIMIT];
static uint32_t items[SORT_ITEMS];
static uint64_t left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

static void on_trap(struct trap_frame *frame) {
  if (frame->cause == CAUSE_M_TIMER) {
    ticks++;
    clint_set_timer(0, ticks < TICKS ? clint_time() + TICK_INTERVAL : TIMER_OFF);
  } else if (frame->cause == CAUSE_MACHINE_ECALL) {
    calls_total += frame->x[10];
    frame->x[10] = calls_total;
    frame->epc += 4;
  } else {
    trap_unexpected(frame);
  }
}

static uint32_t count_primes(void) {
  uint32_t primes = 0;
  for (uint32_t n = 2; n < SIEVE_LIMIT; n++) {
    if (composite[n] != 0) continue;
    primes++;
    for (uint32_t multiple = 2 * n; multiple < SIEVE_LIMIT; multiple += n) composite[multiple] = 1;
  }
  return primes;
}

static void quick_sort(uint32_t *from, uint32_t *to) {
  while (to - from > 1) {
    uint32_t pivot = from[(to - from) / 2];
    uint32_t *low = from, *high = to - 1;
    while (low <= high) {
      while (*low < pivot) low++;
      while (*high > pivot) high--;
      if (low > high) break;
      uint32_t swapped = *low;
      *low++ = *high;
      *high-- = swapped;
    }
    quick_sort(from, high + 1);
    from = low;
  }
}

static uint32_t multiply(uint64_t *seed) {
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      left[row][column] = random_next(seed);
      right[row][column] = random_next(seed);
    }
  }
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      uint64_t sum = 0;
      for (int i = 0; i < SIZE; i++) sum += left[row][i] * right[i][column];
      product[row][column] = sum;
    }
  }
  return crc32(0, product, sizeof product);
}

/// Steps of the logistic map, rounded to nearest: each bit depends on all before.
static uint64_t logistic(uint32_t steps) {
  double x = 0.3;
  for (uint32_t i = 0; i < steps; i++) x = 3.9 * x * (1.0 - x);
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint64_t call(uint64_t amount) {
  register uint64_t a0 __asm__("a0") = amount;
  __asm__ volatile("ecall" : "+r"(a0)::"memory");
  return a0;
}

int main(void) {
  trap_set_handler(on_trap);
  print("small: a little of everything\n");
  csr_set(mie, IRQ_M_TIMER);
  clint_set_timer(0, clint_time() + TICK_INTERVAL);
  csr_set(mstatus, MSTATUS_MIE);

  uint64_t seed = 0xa4093822299f31d0UL;
  print("primes below %u: %u\n", SIEVE_LIMIT, count_primes());
  for (uint32_t i = 0; i < SORT_ITEMS; i++) items[i] = (uint32_t)(random_next(&seed) >> 32);
  quick_sort(items, items + SORT_ITEMS);
  print("sorted: least %u, median %u\n", items[0], items[SORT_ITEMS / 2]);
  print("CRC of sorted: %08x\n", crc32(0, items, sizeof items));
  print("CRC of product: %08x\n", multiply(&seed));
  print("logistic map: %016lx\n", logistic(2000));
  uint64_t total = 0;
  for (uint64_t i = 1; i <= CALLS; i++) total = call(i);
  print("calls: %lu\n", total);

  csr_clear(mstatus, MSTATUS_MIE);
  while (ticks < TICKS) {
    wait_for_interrupt();
    csr_set(mstatus, MSTATUS_MIE);
    csr_clear(mstatus, MSTATUS_MIE);
  }
  print("ticks: %u\n", ticks);
  print("done\n");
  return 0;
}
