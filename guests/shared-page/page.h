// One 4 KiB page with a loop and the data it writes.
#ifndef GUESTS_SHARED_PAGE_PAGE_H
#define GUESTS_SHARED_PAGE_PAGE_H
#include <stdbool.h>
#include <stdint.h>

#define PAGE_BYTES 4096
#define COUNTERS 64

extern uint32_t counters[COUNTERS];

/// Counts `steps` random numbers by their upper bits; the seed that is reached.
uint64_t count_randoms(uint64_t seed, uint32_t steps);

/// Whether the linker did as asked: without that the program measures something else.
bool is_page_shared(void);

#endif
