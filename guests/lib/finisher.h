// The test finisher at 0x100000: ends the machine with an exit code.
#ifndef GUESTS_FINISHER_H
#define GUESTS_FINISHER_H
#include <stdint.h>

__attribute__((noreturn)) void power_off(void);
/// Exit code 0 to 0xffff; hosts usually keep the low eight bits.
__attribute__((noreturn)) void power_off_with(uint32_t exit_code);

#endif
