// The memory functions the compiler may call for itself.
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

#define KEEP_LOOPS __attribute__((optimize("no-tree-loop-distribute-patterns")))

typedef uint64_t __attribute__((may_alias)) word;

KEEP_LOOPS void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  uint8_t *target = to;
  const uint8_t *source = from;
  if ((((uintptr_t)target | (uintptr_t)source) & 7) == 0) {
    for (; bytes >= 8; bytes -= 8, target += 8, source += 8) *(word *)target = *(const word *)source;
  }
  for (; bytes > 0; bytes--) *target++ = *source++;
  return to;
}

KEEP_LOOPS void *memset(void *to, int value, size_t bytes) {
  uint8_t *target = to;
  uint64_t pattern = (uint8_t)value * 0x0101010101010101UL;
  if (((uintptr_t)target & 7) == 0) {
    for (; bytes >= 8; bytes -= 8, target += 8) *(word *)target = pattern;
  }
  for (; bytes > 0; bytes--) *target++ = (uint8_t)value;
  return to;
}
