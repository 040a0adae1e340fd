// A reproducible sequence of numbers: 64-bit xorshift with shifts 13, 7, 17.
#ifndef GUESTS_RANDOM_H
#define GUESTS_RANDOM_H
#include <stdint.h>

/// Advances the state (never 0) and returns it.
static inline uint64_t random_next(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  *state = x;
  return x;
}

#endif
