// Floating point, told in exact bits: n-body and Mandelbrot with and without
// fused multiply-add, conversions, special values, rounding modes, and the
// exception flags each part raised.
#include "parts.h"
#include "print.h"
#include <stdint.h>

static void report_flags(const char *part) {
  uint64_t flags;
  __asm__ volatile("csrrw %0, fflags, zero" : "=r"(flags)::"memory");
  print("%s: flags %02lx\n", part, flags);
}

int main(void) {
  print("floating-point\n");
  n_body();
  report_flags("n-body");
  mandelbrot();
  report_flags("mandelbrot");
  special_values(); // reports the flags of each operation
  rounding_modes();
  report_flags("rounding modes");
  print("done\n");
  return 0;
}
