// Memory workload: a sieve, copies at every alignment, and a walk through one long
// random cycle of pointers, `iterations` times over. Uses eight megabytes.
#include "crc32.h"
#include "print.h"
#include "program.h"
#include "random.h"
#include <stddef.h>
#include <stdint.h>

#define SIEVE_LIMIT 4000000
#define COPY_BYTES (1024 * 1024)
#define COPY_ROUNDS 24
#define CHASE_NODES (128 * 1024)
#define CHASE_STEPS 4000000

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

const uint64_t program_default_iterations = 1;

static uint8_t composite[SIEVE_LIMIT];
static uint8_t source[COPY_BYTES + 64] __attribute__((aligned(64)));
static uint8_t target[COPY_BYTES + 64] __attribute__((aligned(64)));
static struct node {
  struct node *next;
  uint64_t value;
} nodes[CHASE_NODES];

static uint32_t sieve(void) {
  uint32_t primes = 0;
  for (uint32_t n = 2; n < SIEVE_LIMIT; n++) {
    if (composite[n] != 0) continue;
    primes++;
    for (uint64_t multiple = (uint64_t)n * n; multiple < SIEVE_LIMIT; multiple += n) {
      composite[multiple] = 1;
    }
  }
  return primes;
}

static uint32_t copies(uint64_t *seed) {
  for (uint32_t i = 0; i < COPY_BYTES; i++) source[i] = (uint8_t)(random_next(seed) >> 11);
  for (uint32_t round = 0; round < COPY_ROUNDS; round++) {
    // Most rounds copy whole words; every eighth is out of step and copies bytes.
    uint32_t from = round % 8 == 7 ? 3 : round % 8 * 8;
    uint32_t to = round % 3 * 8;
    memcpy(target + to, source + from, COPY_BYTES - 64);
    memcpy(source, target + 16, COPY_BYTES / 2);
    source[round * 4099] ^= (uint8_t)(round + 1);
  }
  return crc32(crc32(0, source, COPY_BYTES), target, COPY_BYTES);
}

/// Links all nodes into a single cycle (Sattolo's shuffle), then follows it.
static uint64_t chase(uint64_t *seed) {
  for (uint32_t i = 0; i < CHASE_NODES; i++) {
    nodes[i].next = &nodes[i];
    nodes[i].value = random_next(seed);
  }
  for (uint32_t i = CHASE_NODES - 1; i > 0; i--) {
    uint32_t other = (uint32_t)(random_next(seed) % i);
    struct node *next = nodes[i].next;
    nodes[i].next = nodes[other].next;
    nodes[other].next = next;
  }
  uint64_t sum = 0;
  struct node *node = nodes;
  for (uint32_t step = 0; step < CHASE_STEPS; step++) {
    sum = (sum << 1 | sum >> 63) ^ node->value;
    node->value = sum;
    node = node->next;
  }
  return sum;
}

int program(uint64_t iterations) {
  uint64_t seed = 0x13198a2e03707344UL;
  print("memory: sieve, copy, pointer chase\n");
  uint32_t primes = 0, crc = 0;
  uint64_t sum = 0;
  for (uint64_t iteration = 0; iteration < iterations; iteration++) {
    if (iteration > 0) memset(composite, 0, sizeof composite);
    primes = sieve();
    crc = copies(&seed);
    sum = chase(&seed);
  }
  print("primes below %u: %u\n", SIEVE_LIMIT, primes);
  print("CRC of %u copies: %08x\n", COPY_ROUNDS, crc);
  print("sum of %u steps: %016lx\n", CHASE_STEPS, sum);
  return 0;
}
