// The parts of the switches workload.
#ifndef GUESTS_SWITCHES_PARTS_H
#define GUESTS_SWITCHES_PARTS_H
#include <stdint.h>

/// Interprets three bytecode programs; what they leave behind, mixed.
uint64_t bytecode(uint64_t seed);

/// Calls functions with a switch in each, in an order the values choose.
uint64_t switching(uint64_t value, uint32_t calls);

#endif
