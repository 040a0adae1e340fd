// A hot loop whose counters lie in the page of its code, as in programs with writable
// code. Machines that protect pages against writes by whole pages become very slow here.
#include "page.h"
#include "crc32.h"
#include "print.h"
#include "program.h"

#define STEPS_PER_ITERATION 10000
#define EXIT_CODE_NOT_SHARED 1

const uint64_t program_default_iterations = 40;

int program(uint64_t iterations) {
  print("shared-page: %lu iterations\n", iterations);
  if (!is_page_shared()) {
    print("code and data are not in one page\n");
    return EXIT_CODE_NOT_SHARED;
  }
  uint64_t seed = 0x082efa98ec4e6c89;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    seed = count_randoms(seed, STEPS_PER_ITERATION);
  }
  print("seed %016lx\n", seed);
  print("counters %08x\n", crc32(0, counters, sizeof counters));
  return 0;
}
