// The U-mode program: recursion over a demand-mapped stack, a demand-mapped
// heap, and accesses it has no right to. It is copied nowhere: its pages are
// mapped at another address than it was linked at, so it uses no constants in
// memory and calls nothing outside its section.
#include "user.h"
#include "address-space.h"
#include "supervisor.h"

#define USER __attribute__((section(".user_text"), noinline))
#define HEAP (DEMAND_START + 0x100000UL)
#define HEAP_WORDS (16 * 512)

static inline __attribute__((always_inline)) void call(uint64_t number, uint64_t a, uint64_t b) {
  register uint64_t a0 __asm__("a0") = a;
  register uint64_t a1 __asm__("a1") = b;
  register uint64_t a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a7) : "memory");
}

static USER uint64_t ackermann(uint64_t m, uint64_t n) {
  if (m == 0) return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static USER uint64_t fill_heap(void) {
  volatile uint64_t *heap = (volatile uint64_t *)HEAP;
  heap[0] = 1;
  for (uint64_t i = 1; i < HEAP_WORDS; i++) heap[i] = heap[i - 1] * 3 + heap[i / 2] + i;
  uint64_t sum = 0;
  for (uint64_t i = 0; i < HEAP_WORDS; i += 7) sum ^= heap[i];
  return sum;
}

// Load, store and jump where U-mode has no right; each faults once.
static USER void trespass(void) {
  call(USER_EXPECT_FAULT, 0, 0);
  __asm__ volatile(".option push\n.option norvc\nlbu zero, 0(%0)\n.option pop" ::"r"(RAM) : "memory");
  call(USER_EXPECT_FAULT, 0, 0);
  __asm__ volatile(".option push\n.option norvc\nsb zero, 0(%0)\n.option pop" ::"r"(SPECIAL)
                   : "memory");
  call(USER_EXPECT_FAULT, 0, 0);
  __asm__ volatile("jalr ra, 0(%0)" ::"r"(HEAP) : "ra", "memory");
}

__attribute__((section(".user_text.start"))) void user_main(void) {
  call(USER_REPORT, 1, ackermann(2, 300));
  call(USER_REPORT, 2, fill_heap());
  trespass();
  __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop");
  call(USER_EXIT, 42, 0);
  for (;;) {
  }
}
