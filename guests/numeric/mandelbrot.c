// The Mandelbrot set in binary64 and, every other row, in binary32. The CRC covers the
// iteration counts and where each orbit ended.
#include "crc32.h"
#include "kernels.h"

#define COLUMNS 48
#define ROWS 24
#define MAX_ITERATIONS 160

static uint8_t counts[ROWS][COLUMNS];
static double ends[ROWS][COLUMNS];

#define DEFINE_ORBIT(name, real)                                                                   \
  static uint8_t name(real cx, real cy, double *end) {                                             \
    real x = 0, y = 0;                                                                             \
    uint8_t iteration = 0;                                                                         \
    while (iteration < MAX_ITERATIONS && x * x + y * y <= 4) {                                     \
      real new_x = x * x - y * y + cx;                                                             \
      y = (x + x) * y + cy;                                                                        \
      x = new_x;                                                                                   \
      iteration++;                                                                                 \
    }                                                                                              \
    *end = x;                                                                                      \
    return iteration;                                                                              \
  }

DEFINE_ORBIT(orbit_double, double)
DEFINE_ORBIT(orbit_float, float)

uint32_t mandelbrot_crc(uint32_t crc, uint32_t view) {
  // Views lie along the border of the set, where counts differ most.
  double left = -1.9 + (view % 16) * 0.0625;
  double top = -0.7 + (view / 16 % 8) * 0.03125;
  for (int row = 0; row < ROWS; row++) {
    double cy = top + row * (1.4 / ROWS);
    for (int column = 0; column < COLUMNS; column++) {
      double cx = left + column * (1.6 / COLUMNS);
      double *end = &ends[row][column];
      counts[row][column] = row % 2 == 0 ? orbit_double(cx, cy, end)
                                         : orbit_float((float)cx, (float)cy, end);
    }
  }
  return crc32(crc32(crc, counts, sizeof counts), ends, sizeof ends);
}
