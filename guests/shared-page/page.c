// The linker scripts begin a page with the function; the data comes behind it, in cache
// lines of its own: the page is all that code and data share.
#include "page.h"
#include "random.h"

#define BEHIND_CODE __attribute__((section(".writable_code.data"), aligned(64)))

BEHIND_CODE uint32_t counters[COUNTERS] = {0};
BEHIND_CODE static uint64_t last = 0;

__attribute__((noipa, section(".writable_code.code"))) uint64_t count_randoms(uint64_t seed,
                                                                             uint32_t steps) {
  for (; steps > 0; steps--) {
    uint64_t random = random_next(&seed);
    uint32_t *counter = &counters[random >> 32 & (COUNTERS - 1)];
    *counter += (random & 0x100) != 0 ? 3 : 1;
    last = last * 7 + *counter;
  }
  return seed ^ last;
}

bool is_page_shared(void) {
  uint64_t page = (uint64_t)count_randoms / PAGE_BYTES;
  return (uint64_t)counters / PAGE_BYTES == page && (uint64_t)&last / PAGE_BYTES == page &&
         ((uint64_t)(counters + COUNTERS) - 1) / PAGE_BYTES == page;
}
