// The first guest a user meets: about 200 million instructions of computation
// over two megabytes of memory, told in some thirty lines, with a checksum that
// any lost bit would change.
#include "crc32.h"
#include "print.h"
#include "random.h"
#include <stdint.h>

#define ROUNDS 6
#define SIEVE_LIMIT 1000000
#define SORT_ITEMS 60000
#define AREA_WORDS (128 * 1024)

static uint8_t composite[SIEVE_LIMIT + 1];
static uint32_t items[SORT_ITEMS];
static uint64_t area[AREA_WORDS];

/// Primes up to the limit; every round sieves afresh, so memory is rewritten each time.
static uint32_t count_primes(uint32_t limit) {
  uint32_t primes = 0;
  for (uint32_t n = 2; n <= limit; n++) composite[n] = 0;
  for (uint32_t n = 2; n <= limit; n++) {
    if (composite[n] != 0) continue;
    primes++;
    for (uint64_t multiple = (uint64_t)n * n; multiple <= limit; multiple += n) {
      composite[multiple] = 1;
    }
  }
  return primes;
}

static void sift_down(uint32_t root, uint32_t end) {
  uint32_t moving = items[root];
  for (uint32_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
    if (child + 1 < end && items[child] < items[child + 1]) child++;
    if (moving >= items[child]) break;
    items[root] = items[child];
    root = child;
  }
  items[root] = moving;
}

static void heap_sort(uint32_t count) {
  for (uint32_t root = count / 2; root > 0; root--) sift_down(root - 1, count);
  for (uint32_t end = count - 1; end > 0; end--) {
    uint32_t largest = items[0];
    items[0] = items[end];
    items[end] = largest;
    sift_down(0, end);
  }
}

static const char *sort_and_check(uint64_t *seed) {
  for (uint32_t i = 0; i < SORT_ITEMS; i++) items[i] = (uint32_t)(random_next(seed) >> 32);
  heap_sort(SORT_ITEMS);
  for (uint32_t i = 1; i < SORT_ITEMS; i++) {
    if (items[i - 1] > items[i]) return "NOT in order";
  }
  return "in order";
}

static uint32_t mix_area(uint64_t *seed) {
  for (uint32_t i = 0; i < AREA_WORDS; i++) {
    uint64_t partner = area[random_next(seed) % AREA_WORDS];
    area[i] = area[i] * 6364136223846793005UL + partner + i;
  }
  return crc32(0, area, sizeof area);
}

int main(void) {
  print("\n");
  print("  ExtraVirt quick start\n");
  print("  This is the guest: a small program that knows nothing of replicas or faults.\n");
  print("  Whatever happens to the processor below it, these lines must stay the same.\n");
  print("\n");

  uint64_t seed = 0x243f6a8885a308d3UL; // the fraction of pi
  uint32_t checksum = 0;
  for (uint32_t round = 1; round <= ROUNDS; round++) {
    uint32_t limit = SIEVE_LIMIT / ROUNDS * round;
    uint32_t primes = count_primes(limit);
    checksum = crc32(checksum, &primes, sizeof primes);
    print("  [%u/%u] %u primes up to %u\n", round, ROUNDS, primes, limit);

    const char *order = sort_and_check(&seed);
    checksum = crc32(checksum, items, sizeof items);
    print("  [%u/%u] %u numbers sorted, %s, median %u\n", round, ROUNDS, SORT_ITEMS, order,
          items[SORT_ITEMS / 2]);

    uint32_t mixed = mix_area(&seed);
    checksum = crc32(checksum, &mixed, sizeof mixed);
    print("  [%u/%u] %u KiB of memory mixed, CRC %08x\n", round, ROUNDS,
          (uint32_t)(sizeof area / 1024), mixed);
  }

  print("\n");
  print("  checksum of everything: %08x\n", checksum);
  print("  Done. Powering off.\n");
  return 0;
}
