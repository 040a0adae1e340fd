// Sv39 page tables: three levels of 512 entries (Privileged Architecture, 4.4).
#ifndef GUESTS_PAGING_PAGE_TABLE_H
#define GUESTS_PAGING_PAGE_TABLE_H
#include <stdint.h>

#define PAGE_BYTES 4096UL
#define MEGAPAGE_BYTES (2UL << 20)
#define GIGAPAGE_BYTES (1UL << 30)

#define PTE_V (1UL << 0)
#define PTE_R (1UL << 1)
#define PTE_W (1UL << 2)
#define PTE_X (1UL << 3)
#define PTE_U (1UL << 4)
#define PTE_G (1UL << 5)
#define PTE_A (1UL << 6)
#define PTE_D (1UL << 7)

/// A zeroed page from a fixed pool; ends the guest when there is none left.
uint64_t page_allocate(void);

/// Maps one page of PAGE_BYTES, MEGAPAGE_BYTES or GIGAPAGE_BYTES, and orders the change.
void page_map(uint64_t virtual_address, uint64_t physical_address, uint64_t size, uint64_t flags);

/// The leaf entry that maps the address, or 0. Entries may be changed; then call page_flush.
volatile uint64_t *page_entry(uint64_t virtual_address);
void page_flush(uint64_t virtual_address);

/// Turns Sv39 on with the tables made so far.
void paging_enable(void);

#endif
