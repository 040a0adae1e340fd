// A few operations in each of the five rounding modes, chosen by frm: RNE, RTZ,
// RDN, RUP, RMM.
#include "parts.h"
#include "print.h"

static const char *const MODES[] = {"RNE", "RTZ", "RDN", "RUP", "RMM"};

static void set_mode(uint64_t mode) { __asm__ volatile("csrw frm, %0" ::"r"(mode) : "memory"); }

static void one_mode(uint64_t mode) {
  double one = 1.0, three = 3.0, tiny = double_of_bits(1), half = -2.5;
  double third, root, fused, halved;
  float narrow;
  int64_t whole;
  set_mode(mode);
  __asm__ volatile("fdiv.d %0, %6, %7\n"
                   "fsqrt.d %1, %7\n"
                   "fmadd.d %2, %7, %7, %8\n"
                   "fdiv.d %3, %8, %7\n"
                   "fcvt.s.d %4, %0\n"
                   "fcvt.l.d %5, %9\n"
                   : "=&f"(third), "=&f"(root), "=&f"(fused), "=&f"(halved), "=&f"(narrow),
                     "=&r"(whole)
                   : "f"(one), "f"(three), "f"(tiny), "f"(half)
                   : "memory");
  set_mode(0);
  print("%s: 1/3 %016lx sqrt(3) %016lx 9+tiny %016lx\n", MODES[mode], bits_of_double(third),
        bits_of_double(root), bits_of_double(fused));
  print("     tiny/3 %016lx float %08x -2.5 to %ld\n", bits_of_double(halved),
        bits_of_float(narrow), whole);
}

void rounding_modes(void) {
  for (uint64_t mode = 0; mode < 5; mode++) one_mode(mode);
}
