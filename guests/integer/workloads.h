// The parts of the integer workload. Each is a pure function of its seed.
#ifndef GUESTS_INTEGER_WORKLOADS_H
#define GUESTS_INTEGER_WORKLOADS_H
#include <stdint.h>

/// CRC-16 with the reflected polynomial 0xa001, bit by bit.
uint16_t crc16_of_word(uint16_t crc, uint16_t word);
uint16_t list_workload(uint16_t seed);
uint16_t matrix_workload(uint16_t seed);
uint16_t state_machine_workload(uint16_t seed);

#endif
