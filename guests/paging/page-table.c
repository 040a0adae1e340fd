// Makes and walks the tables; the supervisor sees all of RAM at its own address.
#include "page-table.h"
#include "csr.h"
#include "finisher.h"
#include "print.h"

#define POOL_PAGES 192
#define SATP_SV39 (8UL << 60)
#define LEAF_BITS (PTE_R | PTE_W | PTE_X)
#define INDEX_BITS 9
#define INDEX_MASK 511
#define PAGE_SHIFT 12
#define ROOT_LEVEL 2

static uint64_t pool[POOL_PAGES][PAGE_BYTES / 8] __attribute__((aligned(4096)));
static uint64_t root[PAGE_BYTES / 8] __attribute__((aligned(4096)));
static uint32_t pool_used;

uint64_t page_allocate(void) {
  if (pool_used == POOL_PAGES) {
    print("paging: out of pages\n");
    power_off_with(1);
  }
  return (uint64_t)pool[pool_used++];
}

static uint64_t entry_for(uint64_t physical_address, uint64_t flags) {
  return physical_address >> PAGE_SHIFT << 10 | flags;
}

static uint64_t *table_in(uint64_t entry) { return (uint64_t *)(entry >> 10 << PAGE_SHIFT); }

static uint64_t *slot(uint64_t *table, uint64_t virtual_address, int level) {
  return &table[virtual_address >> (PAGE_SHIFT + INDEX_BITS * level) & INDEX_MASK];
}

void page_map(uint64_t virtual_address, uint64_t physical_address, uint64_t size, uint64_t flags) {
  int leaf_level = size == PAGE_BYTES ? 0 : size == MEGAPAGE_BYTES ? 1 : ROOT_LEVEL;
  uint64_t *table = root;
  for (int level = ROOT_LEVEL; level > leaf_level; level--) {
    uint64_t *entry = slot(table, virtual_address, level);
    if ((*entry & PTE_V) == 0) *entry = entry_for(page_allocate(), PTE_V);
    table = table_in(*entry);
  }
  *slot(table, virtual_address, leaf_level) = entry_for(physical_address, flags | PTE_V);
  page_flush(virtual_address);
}

volatile uint64_t *page_entry(uint64_t virtual_address) {
  uint64_t *table = root;
  for (int level = ROOT_LEVEL; level >= 0; level--) {
    uint64_t *entry = slot(table, virtual_address, level);
    if ((*entry & PTE_V) == 0) return 0;
    if ((*entry & LEAF_BITS) != 0) return entry;
    table = table_in(*entry);
  }
  return 0;
}

void page_flush(uint64_t virtual_address) {
  __asm__ volatile("sfence.vma %0, zero" ::"r"(virtual_address) : "memory");
}

void paging_enable(void) {
  csr_write(satp, SATP_SV39 | (uint64_t)root >> PAGE_SHIFT);
  __asm__ volatile("sfence.vma" ::: "memory");
}
