// Integer workload: linked list, matrix, state machine and CRC, repeated
// `iterations` times, each round seeded by the one before.
#include "print.h"
#include "program.h"
#include "workloads.h"
#include <stdint.h>

#define FIRST_SEED 0x3415

const uint64_t program_default_iterations = 400;

int program(uint64_t iterations) {
  print("integer: %lu iterations\n", iterations);

  uint16_t list = 0, matrix = 0, states = 0, crc = FIRST_SEED;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    list = list_workload(crc);
    matrix = matrix_workload(crc ^ list);
    states = state_machine_workload(crc ^ matrix);
    crc = crc16_of_word(crc, list);
    crc = crc16_of_word(crc, matrix);
    crc = crc16_of_word(crc, states);
  }

  print("list %04x\n", list);
  print("matrix %04x\n", matrix);
  print("state machine %04x\n", states);
  print("checksum %04x\n", crc);
  return 0;
}
