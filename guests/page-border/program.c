// Hot loops with the border of a page in them: an instruction across it, a branch across
// it, and a call to its other side.
#include "loops.h"
#include "print.h"
#include "program.h"

#define ROUNDS_PER_ITERATION 10000
#define EXIT_CODE_MISPLACED 1

const uint64_t program_default_iterations = 50;

static int is_placed(const uint8_t *at, uint64_t offset) { return (uint64_t)at % 4096 == offset; }

int program(uint64_t iterations) {
  print("page-border: %lu iterations\n", iterations);
  if (!is_placed(crossing_instruction, 4094) || !is_placed(crossing_branch, 4094) ||
      !is_placed(called_behind, 0)) {
    print("the code is not where it should be\n");
    return EXIT_CODE_MISPLACED;
  }
  uint64_t value = 0x38d01377be5466cf;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    value = instruction_across(value, ROUNDS_PER_ITERATION);
    value = branch_across(value, ROUNDS_PER_ITERATION);
    value = call_across(value, ROUNDS_PER_ITERATION);
  }
  print("value %016lx\n", value);
  return 0;
}
