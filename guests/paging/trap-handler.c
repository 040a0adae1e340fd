// Traps in S-mode: demand paging, A and D bits, timer ticks, calls from U-mode.
#include "address-space.h"
#include "csr.h"
#include "page-table.h"
#include "print.h"
#include "supervisor.h"

#define TICK_INTERVAL 1000

volatile uint64_t demand_faults;
volatile uint64_t refused_faults;
volatile uint64_t timer_ticks;
static volatile bool is_fault_expected;
static uint64_t ticks_wanted;
static bool uses_stimecmp;

static void set_timer(uint64_t time) {
  if (uses_stimecmp) {
    csr_write(0x14d, time); // stimecmp
    return;
  }
  register uint64_t a0 __asm__("a0") = time;
  register uint64_t a7 __asm__("a7") = MACHINE_SET_TIMER;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
}

void timer_start(bool has_sstc, uint64_t count) {
  uses_stimecmp = has_sstc;
  ticks_wanted = count;
  set_timer(csr_read(time) + TICK_INTERVAL);
}

static void on_timer(void) {
  timer_ticks++;
  set_timer(timer_ticks < ticks_wanted ? csr_read(time) + TICK_INTERVAL : UINT64_MAX);
}

static bool in_demand_area(uint64_t address) {
  return address >= DEMAND_START && address < DEMAND_START + DEMAND_BYTES;
}

/// Gives the page its accessed and dirty bits where the machine leaves that to
/// software. A machine that sets them itself never comes here.
static bool serve_accessed_and_dirty(uint64_t address, uint64_t cause) {
  volatile uint64_t *entry = page_entry(address);
  if (entry == 0) return false;
  uint64_t right = cause == CAUSE_STORE_PAGE_FAULT  ? PTE_W
                   : cause == CAUSE_LOAD_PAGE_FAULT ? PTE_R
                                                    : PTE_X;
  uint64_t wanted = PTE_A | (right == PTE_W ? PTE_D : 0);
  if ((*entry & right) == 0 || (*entry & wanted) == wanted) return false;
  *entry |= wanted;
  page_flush(address);
  return true;
}

static bool serve_demand(uint64_t address) {
  if (!in_demand_area(address) || page_entry(address) != 0) return false;
  uint64_t page = address & ~(PAGE_BYTES - 1);
  page_map(page, page_allocate(), PAGE_BYTES, PTE_R | PTE_W | PTE_U | PTE_A | PTE_D);
  demand_faults++;
  return true;
}

static void on_page_fault(struct trap_frame *frame) {
  if (serve_demand(frame->tval) || serve_accessed_and_dirty(frame->tval, frame->cause)) return;
  if (!is_fault_expected) trap_unexpected(frame);
  is_fault_expected = false;
  refused_faults++;
  // A refused fetch goes back to the caller, anything else is stepped over.
  frame->epc = frame->cause == CAUSE_FETCH_PAGE_FAULT ? frame->x[1] : frame->epc + 4;
}

static void on_user_call(struct trap_frame *frame) {
  frame->epc += 4;
  if (frame->x[17] == USER_EXIT) leave_user(frame->x[10]);
  if (frame->x[17] == USER_EXPECT_FAULT) is_fault_expected = true;
  if (frame->x[17] == USER_REPORT) print("user report %lu: %lu\n", frame->x[10], frame->x[11]);
}

void supervisor_trap(struct trap_frame *frame) {
  switch (frame->cause) {
  case CAUSE_S_TIMER:
    on_timer();
    break;
  case CAUSE_USER_ECALL:
    on_user_call(frame);
    break;
  case CAUSE_BREAKPOINT:
    print("breakpoint in %s-mode\n", (frame->status & MSTATUS_SPP) != 0 ? "S" : "U");
    frame->epc += 4;
    break;
  case CAUSE_FETCH_PAGE_FAULT:
  case CAUSE_LOAD_PAGE_FAULT:
  case CAUSE_STORE_PAGE_FAULT:
    on_page_fault(frame);
    break;
  default:
    trap_unexpected(frame);
  }
}

void load_byte(uint64_t address);
void store_byte(uint64_t address);

static bool is_refused(void (*access)(uint64_t), uint64_t address) {
  uint64_t before = refused_faults;
  is_fault_expected = true;
  access(address);
  is_fault_expected = false;
  return refused_faults != before;
}

bool is_load_refused(uint64_t address) { return is_refused(load_byte, address); }
bool is_store_refused(uint64_t address) { return is_refused(store_byte, address); }
