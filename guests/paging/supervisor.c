// The supervisor: builds its address space, turns paging on, and runs one trial
// after another. What it prints is the same whether the machine updates A and D
// bits itself or faults, and with or without Sstc.
#include "address-space.h"
#include "csr.h"
#include "page-table.h"
#include "print.h"
#include "random.h"
#include "supervisor.h"
#include "trials.h"
#include "user.h"

#define TICKS 5
#define DATA (PTE_R | PTE_W | PTE_A | PTE_D)

extern char __user_text_start[], __user_text_end[];

static void build_address_space(void) {
  page_map(FINISHER_PAGE, FINISHER_PAGE, PAGE_BYTES, DATA);
  page_map(SERIAL_PAGE, SERIAL_PAGE, PAGE_BYTES, DATA);
  page_map(RAM, RAM, GIGAPAGE_BYTES, DATA | PTE_X | PTE_G);
  uint64_t first = (uint64_t)__user_text_start;
  for (uint64_t page = first; page < (uint64_t)__user_text_end; page += PAGE_BYTES) {
    page_map(USER_CODE + page - first, page, PAGE_BYTES, PTE_R | PTE_X | PTE_U | PTE_A);
  }
  page_map(SPECIAL, page_allocate(), PAGE_BYTES, PTE_R | PTE_U | PTE_A);
}

static void try_timer(bool has_sstc) {
  csr_set(sie, IRQ_S_TIMER);
  timer_start(has_sstc, TICKS);
  uint64_t last = csr_read(time);
  bool is_monotonic = true;
  while (timer_ticks < TICKS) {
    wait_for_interrupt();
    csr_set(sstatus, MSTATUS_SIE);
    csr_clear(sstatus, MSTATUS_SIE);
    uint64_t now = csr_read(time);
    is_monotonic = is_monotonic && now >= last;
    last = now;
  }
  csr_clear(sie, IRQ_S_TIMER);
  print("timer: %lu ticks, time %s\n", timer_ticks, is_monotonic ? "never went back" : "WENT BACK");
}

static void try_user(void) {
  uint64_t faults_before = demand_faults, refused_before = refused_faults;
  uint64_t value = enter_user(USER_CODE, USER_STACK_TOP);
  print("user: exit %lu, %s, %lu accesses refused\n", value,
        demand_faults > faults_before ? "pages mapped on demand" : "NO page mapped",
        refused_faults - refused_before);
}

void supervisor_main(bool has_sstc) {
  build_address_space();
  paging_enable();
  print("Sv39 is on\n");
  try_demand_paging();
  try_misaligned();
  try_accessed_and_dirty();
  try_rights();
  try_windows();
  try_rewritten_code();
  try_timer(has_sstc);
  try_user();
  print("done\n");

  register uint64_t a0 __asm__("a0") = 0;
  register uint64_t a7 __asm__("a7") = MACHINE_POWER_OFF;
  __asm__ volatile("ecall" ::"r"(a0), "r"(a7) : "memory");
  __builtin_unreachable();
}
