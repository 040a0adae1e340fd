// Floating-point workload: n-body and Mandelbrot. Built with and without fused
// multiply-add, which give different last bits and therefore different checksums.
#include "kernels.h"
#include "print.h"
#include "program.h"

#define STEPS_PER_ITERATION 500

const uint64_t program_default_iterations = 8;

int program(uint64_t iterations) {
  print("numeric: %lu iterations\n", iterations);
  uint32_t crc = 0;
  n_body_start();
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    n_body_move(STEPS_PER_ITERATION);
    crc = mandelbrot_crc(crc, (uint32_t)iteration);
  }
  print("n-body %08x\n", n_body_crc());
  print("mandelbrot %08x\n", crc);
  return 0;
}
