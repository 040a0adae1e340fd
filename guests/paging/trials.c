// Trials of address translation. SUM is set while user pages are touched.
#include "trials.h"
#include "address-space.h"
#include "csr.h"
#include "page-table.h"
#include "print.h"
#include "random.h"
#include "supervisor.h"
#include <stdbool.h>

#define DEMAND_PAGES 64
#define MISALIGNED_PAGES (DEMAND_START + 0x80000UL)
#define PRIVATE (SPECIAL + PAGE_BYTES)
#define FIRST_MEGAPAGE (RAM + MEGAPAGE_BYTES)
#define WORDS_IN_MEGAPAGE (MEGAPAGE_BYTES / 8)

static volatile uint64_t *words(uint64_t address) { return (volatile uint64_t *)address; }

void try_demand_paging(void) {
  uint64_t before = demand_faults;
  uint64_t sum = 0;
  csr_set(sstatus, MSTATUS_SUM);
  for (uint64_t i = 0; i < DEMAND_PAGES; i++) {
    uint64_t page = DEMAND_START + (i * 29 % DEMAND_PAGES) * PAGE_BYTES;
    // Half of the pages are first read, and must read as zero.
    if (i % 2 == 0) sum += *words(page + 8 * i);
    *words(page) = i * i;
  }
  for (uint64_t i = 0; i < DEMAND_PAGES; i++) sum += *words(DEMAND_START + i * PAGE_BYTES);
  csr_clear(sstatus, MSTATUS_SUM);
  print("demand paging: %lu faults, sum %lu\n", demand_faults - before, sum);
}

/// Loads and stores of every width across a page boundary, the second page of
/// which is mapped only when the access reaches it.
void try_misaligned(void) {
  uint64_t before = demand_faults;
  uint64_t boundary = MISALIGNED_PAGES + PAGE_BYTES;
  uint64_t word = 0, half = 0, byte_sum = 0;
  csr_set(sstatus, MSTATUS_SUM);
  __asm__ volatile("sd %0, -3(%1)" ::"r"(0x8877665544332211UL), "r"(boundary) : "memory");
  __asm__ volatile("lw %0, -1(%1)" : "=r"(word) : "r"(boundary) : "memory");
  __asm__ volatile("lhu %0, -1(%1)" : "=r"(half) : "r"(boundary) : "memory");
  __asm__ volatile("sh %0, -1(%1)" ::"r"(0xbeefUL), "r"(boundary + PAGE_BYTES) : "memory");
  for (int64_t i = -3; i < 5; i++) byte_sum = byte_sum * 3 + ((volatile uint8_t *)boundary)[i];
  uint64_t wide = 0;
  __asm__ volatile("ld %0, -2(%1)" : "=r"(wide) : "r"(boundary + PAGE_BYTES) : "memory");
  csr_clear(sstatus, MSTATUS_SUM);
  print("misaligned: %lu faults, %016lx %04lx %lu %016lx\n", demand_faults - before, word, half,
        byte_sum, wide);
}

void try_accessed_and_dirty(void) {
  page_map(PRIVATE, page_allocate(), PAGE_BYTES, PTE_R | PTE_W);
  volatile uint64_t *entry = page_entry(PRIVATE);
  uint64_t value = *words(PRIVATE);
  bool is_accessed = (*entry & PTE_A) != 0;
  *words(PRIVATE) = value + 1;
  bool is_dirty = (*entry & PTE_D) != 0;
  print("accessed: %s, dirty: %s\n", is_accessed ? "set" : "CLEAR", is_dirty ? "set" : "CLEAR");
}

static const char *refused(bool is_refused) { return is_refused ? "refused" : "allowed"; }

void try_rights(void) {
  print("user page without SUM: load %s\n", refused(is_load_refused(SPECIAL)));
  csr_set(sstatus, MSTATUS_SUM);
  print("user page with SUM: load %s, store %s\n", refused(is_load_refused(SPECIAL)),
        refused(is_store_refused(SPECIAL)));
  csr_clear(sstatus, MSTATUS_SUM);

  page_map(PRIVATE, page_allocate(), PAGE_BYTES, PTE_X | PTE_A);
  print("execute-only page: load %s", refused(is_load_refused(PRIVATE)));
  csr_set(sstatus, MSTATUS_MXR);
  print(", with MXR %s\n", refused(is_load_refused(PRIVATE)));
  csr_clear(sstatus, MSTATUS_MXR);

  page_map(PRIVATE, page_allocate(), PAGE_BYTES, PTE_W | PTE_A | PTE_D);
  print("writable but not readable: store %s\n", refused(is_store_refused(PRIVATE)));
  page_map(PRIVATE, page_allocate(), PAGE_BYTES, 0);
  print("neither leaf nor table: load %s\n", refused(is_load_refused(PRIVATE)));
  page_map(WINDOW, RAM + PAGE_BYTES, MEGAPAGE_BYTES, PTE_R | PTE_A);
  print("misaligned megapage: load %s\n", refused(is_load_refused(WINDOW)));
  print("address beyond 39 bits: load %s\n", refused(is_load_refused(1UL << 45)));
}

/// The same virtual megapage shows one part of RAM, then another.
void try_windows(void) {
  uint64_t data = PTE_R | PTE_W | PTE_A | PTE_D;
  uint64_t state = 88172645463325252UL;
  for (uint64_t i = 0; i < WORDS_IN_MEGAPAGE; i += 257) {
    words(FIRST_MEGAPAGE)[i] = random_next(&state);
    words(FIRST_MEGAPAGE + MEGAPAGE_BYTES)[i] = ~words(FIRST_MEGAPAGE)[i];
  }
  uint64_t same = 0, inverted = 0;
  page_map(WINDOW, FIRST_MEGAPAGE, MEGAPAGE_BYTES, data);
  for (uint64_t i = 0; i < WORDS_IN_MEGAPAGE; i += 257) {
    same += words(WINDOW)[i] == words(FIRST_MEGAPAGE)[i];
  }
  page_map(WINDOW, FIRST_MEGAPAGE + MEGAPAGE_BYTES, MEGAPAGE_BYTES, data);
  for (uint64_t i = 0; i < WORDS_IN_MEGAPAGE; i += 257) {
    inverted += words(WINDOW)[i] == ~words(FIRST_MEGAPAGE)[i];
    words(WINDOW)[i] = i;
  }
  print("windows: %lu same, %lu inverted, last written %lu\n", same, inverted,
        words(FIRST_MEGAPAGE + MEGAPAGE_BYTES)[257 * 1000]);
}

/// Runs `li a0, n; ret` from a page, for n = 0 to 9, rewriting it each time
/// through another mapping.
void try_rewritten_code(void) {
  uint64_t page = page_allocate();
  page_map(PRIVATE, page, PAGE_BYTES, PTE_R | PTE_X | PTE_A);
  uint64_t sum = 0;
  for (uint32_t n = 0; n < 10; n++) {
    volatile uint32_t *code = (volatile uint32_t *)page;
    code[0] = n << 20 | 0x513; // addi a0, zero, n
    code[1] = 0x8067;          // jalr zero, 0(ra)
    __asm__ volatile("fence.i" ::: "memory");
    sum = sum * 3 + ((uint64_t(*)(void))PRIVATE)();
  }
  print("rewritten code: %lu\n", sum);
}
