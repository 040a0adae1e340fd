// Calls workload: recursion of several kinds, and small functions through pointers.
#include "calls.h"
#include "print.h"
#include "program.h"

#define LEAF_CALLS 20000

const uint64_t program_default_iterations = 8;

int program(uint64_t iterations) {
  print("calls: %lu iterations\n", iterations);
  uint64_t recursion = 0, leaf = 1;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    uint32_t shift = (uint32_t)(iteration % 3);
    recursion = recursion * 31 + fibonacci(17 + shift);
    recursion = recursion * 31 + ackermann(2, 40 + shift);
    recursion = recursion * 31 + (uint64_t)tak(12 + (int32_t)shift, 8, 4);
    recursion = recursion * 31 + female(60 + shift);
    leaf = leaves(leaf, LEAF_CALLS);
  }
  print("recursion %016lx\n", recursion);
  print("leaves %016lx\n", leaf);
  return 0;
}
