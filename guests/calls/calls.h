// The parts of the calls workload.
#ifndef GUESTS_CALLS_CALLS_H
#define GUESTS_CALLS_CALLS_H
#include <stdint.h>

uint32_t fibonacci(uint32_t n);
uint32_t ackermann(uint32_t m, uint32_t n);
int32_t tak(int32_t x, int32_t y, int32_t z);
uint32_t female(uint32_t n);
uint32_t male(uint32_t n);

/// Calls small functions, most of them through pointers, `calls` times.
uint64_t leaves(uint64_t value, uint32_t calls);

#endif
