// The parts of the floating-point guest and how they see the bits of numbers.
#ifndef GUESTS_FLOATING_POINT_PARTS_H
#define GUESTS_FLOATING_POINT_PARTS_H
#include <stdint.h>

void n_body(void);
void mandelbrot(void);
void special_values(void);
void rounding_modes(void);

static inline uint64_t bits_of_double(double value) {
  uint64_t bits;
  __asm__("fmv.x.d %0, %1" : "=r"(bits) : "f"(value));
  return bits;
}
static inline uint32_t bits_of_float(float value) {
  uint64_t bits;
  __asm__("fmv.x.w %0, %1" : "=r"(bits) : "f"(value));
  return (uint32_t)bits;
}
static inline double double_of_bits(uint64_t bits) {
  double value;
  __asm__("fmv.d.x %0, %1" : "=f"(value) : "r"(bits));
  return value;
}
static inline float float_of_bits(uint32_t bits) {
  float value;
  __asm__("fmv.w.x %0, %1" : "=f"(value) : "r"((uint64_t)bits));
  return value;
}

#endif
