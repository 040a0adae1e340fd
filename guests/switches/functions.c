// A hundred functions of middle size by macros, with a jump table in each.
#include "parts.h"

#define TABLE_ENTRIES 256

static uint32_t table[TABLE_ENTRIES];

/// The number is a constant where the body is expanded: each function has its own code.
static inline __attribute__((always_inline)) uint64_t body_of(uint64_t x, uint64_t n) {
  uint64_t c = n * 0xb5297a4du + 0x68e31da4u;
  uint64_t y = x >> (n % 17 + 3);
  switch ((x ^ n) % 12) {
  case 0: x = x * 3 + c; break;
  case 1: x = (x ^ y) + table[(x + n) % TABLE_ENTRIES]; break;
  case 2: table[(y ^ n) % TABLE_ENTRIES] += (uint32_t)x; x -= c; break;
  case 3: for (uint64_t i = 0; i < (x & 7); i++) y = y * 5 + i; x ^= y; break;
  case 4: x = x << (n % 29 + 1) | x >> (63 - n % 29); break;
  case 5: x = (x & 0xffff) * (c >> 7) + (x >> 16); break;
  case 6: if ((y & 1) != 0) x += c; else x ^= c << 3; break;
  case 7: x = (uint64_t)((int32_t)x % (int32_t)(n + 3)) + y * 7; break;
  case 8: x = ~x + (y & c); break;
  case 9: x = (x > c ? x - c : c - x) * 9; break;
  case 10: x ^= table[n % TABLE_ENTRIES] ^ (y << 11); break;
  default: x = (x ^ x >> 31) * (c | 1); break;
  }
  switch ((x >> 9) & 7) {
  case 0: return x + y;
  case 1: return x ^ c >> 5;
  case 2: return x * (n * 2 + 1);
  case 3: return x - (y << 2) + n;
  case 4: return (x | 1) * (y | 1);
  case 5: return x + (x << 10) + table[(x >> 20) % TABLE_ENTRIES];
  case 6: return x ^ (x >> 13) ^ n;
  default: return (x << 7) - x + c;
  }
}

#define TEN(macro, n)                                                                              \
  macro(n##0) macro(n##1) macro(n##2) macro(n##3) macro(n##4) macro(n##5) macro(n##6) macro(n##7)  \
      macro(n##8) macro(n##9)
#define DEFINE(n)                                                                                  \
  static __attribute__((noinline)) uint64_t function_##n(uint64_t x) { return body_of(x, n); }
#define NAME(n) function_##n,
// Numbers from 100: a leading zero would make them octal.
#define HUNDRED(macro)                                                                             \
  TEN(macro, 10) TEN(macro, 11) TEN(macro, 12) TEN(macro, 13) TEN(macro, 14) TEN(macro, 15)        \
  TEN(macro, 16) TEN(macro, 17) TEN(macro, 18) TEN(macro, 19)

HUNDRED(DEFINE)
static uint64_t (*const FUNCTIONS[])(uint64_t) = {HUNDRED(NAME)};
#define FUNCTION_COUNT (sizeof FUNCTIONS / sizeof FUNCTIONS[0])

uint64_t switching(uint64_t value, uint32_t calls) {
  for (; calls > 0; calls--) value = FUNCTIONS[(value >> 24 ^ calls) % FUNCTION_COUNT](value);
  return value;
}
