// Workload of jump tables: an interpreter of bytecode, and a hundred functions with a
// switch or two in each.
#include "parts.h"
#include "print.h"
#include "program.h"

#define CALLS_PER_ITERATION 2000

const uint64_t program_default_iterations = 20;

int program(uint64_t iterations) {
  print("switches: %lu iterations\n", iterations);
  uint64_t interpreted = 0x452821e638d01377, switched = 1;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    interpreted = interpreted * 0x5851f42d4c957f2d + bytecode(interpreted) + iteration;
    switched = switching(switched + iteration, CALLS_PER_ITERATION);
  }
  print("bytecode %016lx\n", interpreted);
  print("functions %016lx\n", switched);
  return 0;
}
