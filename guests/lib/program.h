// What a program of the benchmark suite provides; guests/runtimes/ calls it, on the
// bare machine and under Linux, with the number behind `iterations=`.
#ifndef GUESTS_PROGRAM_H
#define GUESTS_PROGRAM_H
#include <stdint.h>

/// Without an `iterations=`: small enough for an interpreter in a test.
extern const uint64_t program_default_iterations;

/// Does the work, prints its checksums, and returns 0 or the exit code of a failure.
int program(uint64_t iterations);

#endif
