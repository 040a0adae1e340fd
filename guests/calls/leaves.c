// Leaf functions of a few instructions, called through a table of pointers in an order
// that the values choose, and directly in between.
#include "calls.h"

#define LEAF static __attribute__((noipa)) uint64_t

LEAF add(uint64_t a, uint64_t b) { return a + b; }
LEAF subtract(uint64_t a, uint64_t b) { return a - b; }
LEAF mix(uint64_t a, uint64_t b) { return (a ^ (b >> 7)) * 0x9e3779b97f4a7c15; }
LEAF rotate(uint64_t a, uint64_t b) { return a << (b & 63) | a >> (-b & 63); }
LEAF smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }
LEAF larger(uint64_t a, uint64_t b) { return a > b ? a : b; }
LEAF spread(uint64_t a, uint64_t b) { return (a & 0x5555555555555555) << 1 | (b >> 1 & 0x5555555555555555); }
LEAF select(uint64_t a, uint64_t b) { return (a & 16) != 0 ? a + 3 : b; }

static uint64_t (*const LEAVES[])(uint64_t, uint64_t) = {add,     subtract, mix,    rotate,
                                                         smaller, larger,   spread, select};
#define LEAF_COUNT (sizeof LEAVES / sizeof LEAVES[0])

uint64_t leaves(uint64_t value, uint32_t calls) {
  uint64_t other = 0x243f6a8885a308d3;
  for (; calls >= 4; calls -= 4) {
    other = mix(other, value);
    value = LEAVES[other >> 13 & (LEAF_COUNT - 1)](value, other);
    value = add(LEAVES[calls / 4 % LEAF_COUNT](other, value), calls);
  }
  return value ^ other;
}
