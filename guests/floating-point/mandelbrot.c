// Iteration counts of the Mandelbrot set, drawn small, in binary64 and binary32,
// with separate and with fused multiply and add. The CRC covers where each orbit
// ended, to the last bit.
#include "crc32.h"
#include "parts.h"
#include "print.h"
#include <stdbool.h>

#define COLUMNS 64
#define ROWS 20
#define MAX_ITERATIONS 200

static uint8_t counts[ROWS][COLUMNS];
static double ends[ROWS][COLUMNS];

#define DEFINE_ITERATIONS(name, real, fma)                                                         \
  static inline __attribute__((always_inline)) uint8_t name(bool fused, real cx, real cy,          \
                                                            double *end) {                         \
    real x = 0, y = 0;                                                                             \
    int iteration = 0;                                                                             \
    for (; iteration < MAX_ITERATIONS; iteration++) {                                              \
      real xx = x * x;                                                                             \
      real size = fused ? fma(y, y, xx) : xx + y * y;                                              \
      if (size > 4) break;                                                                         \
      real new_x = (fused ? fma(-y, y, xx) : xx - y * y) + cx;                                     \
      y = fused ? fma(x + x, y, cy) : (x + x) * y + cy;                                            \
      x = new_x;                                                                                   \
    }                                                                                              \
    *end = x;                                                                                      \
    return (uint8_t)iteration;                                                                     \
  }

DEFINE_ITERATIONS(iterations_double, double, __builtin_fma)
DEFINE_ITERATIONS(iterations_float, float, __builtin_fmaf)

static inline __attribute__((always_inline)) void fill(bool is_double, bool fused) {
  for (int row = 0; row < ROWS; row++) {
    for (int column = 0; column < COLUMNS; column++) {
      double cx = -2.2 + column * (3.2 / COLUMNS);
      double cy = -1.2 + row * (2.4 / ROWS);
      double *end = &ends[row][column];
      counts[row][column] = is_double ? iterations_double(fused, cx, cy, end)
                                      : iterations_float(fused, (float)cx, (float)cy, end);
    }
  }
}

static void report(const char *name) {
  print("mandelbrot %s: CRC %08x\n", name, crc32(crc32(0, counts, sizeof counts), ends, sizeof ends));
}

static void draw(void) {
  for (int row = 0; row < ROWS; row++) {
    for (int column = 0; column < COLUMNS; column++) {
      uint8_t count = counts[row][column];
      print("%c", count == MAX_ITERATIONS ? '#' : " .:-=+*%@"[count < 32 ? count / 4 : 8]);
    }
    print("|\n");
  }
}

void mandelbrot(void) {
  fill(true, false);
  draw();
  report("binary64 separate");
  fill(true, true);
  report("binary64 fused");
  fill(false, false);
  report("binary32 separate");
  fill(false, true);
  report("binary32 fused");
}
