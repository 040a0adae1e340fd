// Integer workload: linked list, matrix, state machine and CRC, repeated
// `iterations=` times (from /chosen/bootargs), each round seeded by the one before.
#include "device-tree.h"
#include "print.h"
#include "workloads.h"
#include <stdint.h>

#define DEFAULT_ITERATIONS 400
#define FIRST_SEED 0x3415

int main(uint64_t hart, const void *device_tree) {
  (void)hart;
  uint64_t iterations = device_tree_argument(device_tree, "iterations", DEFAULT_ITERATIONS);
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
