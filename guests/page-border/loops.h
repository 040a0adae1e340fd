// Loops that lie across the border between two pages of 4 KiB (loops.S).
#ifndef GUESTS_PAGE_BORDER_LOOPS_H
#define GUESTS_PAGE_BORDER_LOOPS_H
#include <stdint.h>

/// Each takes a value through so many rounds.
uint64_t instruction_across(uint64_t value, uint64_t rounds);
uint64_t branch_across(uint64_t value, uint64_t rounds);
uint64_t call_across(uint64_t value, uint64_t rounds);

/// Addresses of what must lie across the border, or behind it.
extern const uint8_t crossing_instruction[], crossing_branch[], called_behind[];

#endif
