// Functions that call themselves. None of them may be unrolled or turned into a loop
// by the compiler: calls and returns are what is measured.
#include "calls.h"

#define REAL_CALL __attribute__((noipa, optimize("no-optimize-sibling-calls")))

REAL_CALL uint32_t fibonacci(uint32_t n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

REAL_CALL uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

REAL_CALL int32_t tak(int32_t x, int32_t y, int32_t z) {
  if (y >= x) return z;
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

// Hofstadter's female and male sequences: two functions that call each other.
REAL_CALL uint32_t female(uint32_t n) { return n == 0 ? 1 : n - male(female(n - 1)); }
REAL_CALL uint32_t male(uint32_t n) { return n == 0 ? 0 : n - female(male(n - 1)); }
