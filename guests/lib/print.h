// Formatted output to the serial port.
#ifndef GUESTS_PRINT_H
#define GUESTS_PRINT_H

/// Knows %s %c %d %u %x %ld %lu %lx and %%, a width, and the flags 0 and -.
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

#endif
