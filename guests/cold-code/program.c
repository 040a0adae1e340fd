// Cold-code workload: thousands of functions, each called a few hundred times in all.
// First every function is as likely as any other, then some are far more likely than most.
#include "functions.h"
#include "print.h"
#include "program.h"
#include "random.h"

#define CALLS_PER_ITERATION 20000

const uint64_t program_default_iterations = 12;

static uint32_t uniform(uint64_t random) { return (uint32_t)(random >> 20) % COLD_FUNCTIONS; }

/// The product of three fractions lies near 0: one function in a hundred takes a third of the
/// calls. The multiplication spreads the likely ones over the whole code.
static uint32_t skewed(uint64_t random) {
  uint64_t product = (random >> 4 & 0xffff) * (random >> 24 & 0xffff) >> 16;
  product = product * (random >> 44 & 0xffff) >> 16;
  return (uint32_t)(product * COLD_FUNCTIONS >> 16) * 1597 % COLD_FUNCTIONS;
}

int program(uint64_t iterations) {
  print("cold-code: %lu iterations, %u functions\n", iterations, COLD_FUNCTIONS);
  uint64_t seed = 0xa4093822299f31d0, value = 1;
  for (uint64_t call = 0; call < iterations * CALLS_PER_ITERATION; call++) {
    value = cold_functions[uniform(random_next(&seed))](value);
  }
  print("uniform %016lx\n", value);
  for (uint64_t call = 0; call < iterations * CALLS_PER_ITERATION; call++) {
    value = cold_functions[skewed(random_next(&seed))](value);
  }
  print("skewed %016lx\n", value);
  return 0;
}
