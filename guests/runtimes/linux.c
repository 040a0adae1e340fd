// Runs a program of the suite under Linux, without a C library: `iterations=` is an
// argument, and what the bare machine sends to its serial port goes to standard output.
#include "program.h"
#include "uart.h"
#include <stddef.h>

#define SYSTEM_CALL_WRITE 64
#define SYSTEM_CALL_EXIT_GROUP 94
#define STANDARD_OUTPUT 1
#define BUFFER_BYTES 1024

static uint8_t buffer[BUFFER_BYTES];
static size_t buffered;

static long system_call(long number, long first, long second, long third) {
  register long a0 __asm__("a0") = first;
  register long a1 __asm__("a1") = second;
  register long a2 __asm__("a2") = third;
  register long a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}

static void flush(void) {
  for (size_t written = 0; written < buffered;) {
    long result = system_call(SYSTEM_CALL_WRITE, STANDARD_OUTPUT, (long)(buffer + written),
                              (long)(buffered - written));
    if (result <= 0) break;
    written += (size_t)result;
  }
  buffered = 0;
}

void uart_put(uint8_t byte) {
  buffer[buffered++] = byte;
  if (buffered == BUFFER_BYTES) flush();
}

/// The number behind "iterations=", or `otherwise`.
static uint64_t iterations_of(char *const *arguments, uint64_t otherwise) {
  static const char NAME[] = "iterations=";
  for (; *arguments != 0; arguments++) {
    const char *at = *arguments;
    size_t matched = 0;
    while (NAME[matched] != 0 && at[matched] == NAME[matched]) matched++;
    if (NAME[matched] != 0) continue;
    uint64_t value = 0;
    for (at += matched; *at >= '0' && *at <= '9'; at++) value = value * 10 + (uint64_t)(*at - '0');
    return value;
  }
  return otherwise;
}

__attribute__((noreturn)) void linux_main(const uint64_t *stack);

/// @param stack argc, then argv with a null behind it.
void linux_main(const uint64_t *stack) {
  char *const *argv = (char *const *)(stack + 1);
  int exit_code = program(iterations_of(argv, program_default_iterations));
  flush();
  for (;;) system_call(SYSTEM_CALL_EXIT_GROUP, exit_code, 0, 0);
}
