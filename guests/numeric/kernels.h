// The parts of the numeric workload, in plain expressions: whether multiplications and
// additions are fused is the compiler's choice, by flag (see guest-list.ts).
#ifndef GUESTS_NUMERIC_KERNELS_H
#define GUESTS_NUMERIC_KERNELS_H
#include <stdint.h>

/// Puts the bodies where they start.
void n_body_start(void);
/// Moves them on by so many steps.
void n_body_move(uint32_t steps);
/// CRC of all positions and velocities, to the last bit.
uint32_t n_body_crc(void);

/// Draws the set around a centre that depends on `view`; CRC of iteration counts and orbits' ends.
uint32_t mandelbrot_crc(uint32_t crc, uint32_t view);

#endif
