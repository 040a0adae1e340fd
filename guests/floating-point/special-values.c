// Every operation over pairs of special values: signed zeros, subnormals,
// infinities, quiet and signalling NaNs, the largest and smallest numbers. The
// result bits and the flags of each go into a CRC per operation.
#include "crc32.h"
#include "parts.h"
#include "print.h"

static const uint64_t DOUBLES[] = {
    0x0000000000000000, 0x8000000000000000, 0x0000000000000001, 0x800fffffffffffff,
    0x0010000000000000, 0x7fefffffffffffff, 0xffefffffffffffff, 0x7ff0000000000000,
    0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001, 0xfff8dead00000000,
    0x3ff0000000000000, 0xbff0000000000001, 0x4008000000000000, 0x3fd5555555555555,
    0x43e0000000000000, 0xc3e0000000000001, 0x41dfffffffc00000, 0x3fdfffffffffffff,
};
static const uint32_t FLOATS[] = {
    0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0xff7fffff,
    0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc0dead, 0x3f800000, 0xbf800001,
    0x40400000, 0x3eaaaaab, 0x5f000000, 0xdf000001, 0x4effffff, 0x3effffff,
};
#define COUNT (sizeof DOUBLES / sizeof DOUBLES[0])
_Static_assert(COUNT == sizeof FLOATS / sizeof FLOATS[0], "as many of both");

static uint32_t include(uint32_t crc, uint64_t result) {
  uint64_t flags;
  __asm__ volatile("csrrw %0, fflags, zero" : "=r"(flags)::"memory");
  uint64_t pair[2] = {result, flags};
  return crc32(crc, pair, sizeof pair);
}

// `result` is "f" or "r", the kind of register the instruction writes.
#define READ_f "fmv.x.d %0, ft0"
#define READ_r "mv %0, t0"
#define TARGET_f "ft0"
#define TARGET_r "t0"

#define OPERATION(instruction, result, operands, load, values)                                     \
  {                                                                                                \
    uint32_t crc = 0;                                                                              \
    for (uint32_t i = 0; i < COUNT; i++) {                                                         \
      for (uint32_t j = 0; j < COUNT; j++) {                                                       \
        uint64_t bits;                                                                             \
        __asm__ volatile(load " ft1, %1\n" load " ft2, %2\n" load " ft3, %3\n" instruction         \
                              " " TARGET_##result operands "\n" READ_##result                      \
                         : "=r"(bits)                                                              \
                         : "r"((uint64_t)values[i]), "r"((uint64_t)values[j]),                     \
                           "r"((uint64_t)values[(i + 3 * j) % COUNT])                              \
                         : "ft0", "ft1", "ft2", "ft3", "t0", "memory");                            \
        crc = include(crc, bits);                                                                  \
      }                                                                                            \
    }                                                                                              \
    print("%-10s %08x\n", instruction, crc);                                                       \
  }
#define DOUBLE(instruction, result, operands)                                                      \
  OPERATION(instruction, result, operands, "fmv.d.x", DOUBLES)
#define FLOAT(instruction, result, operands)                                                       \
  OPERATION(instruction, result, operands, "fmv.w.x", FLOATS)

#define ONE ", ft1"
#define TWO ", ft1, ft2"
#define THREE ", ft1, ft2, ft3"

static void double_operations(void) {
  DOUBLE("fadd.d", f, TWO)
  DOUBLE("fsub.d", f, TWO)
  DOUBLE("fmul.d", f, TWO)
  DOUBLE("fdiv.d", f, TWO)
  DOUBLE("fsqrt.d", f, ONE)
  DOUBLE("fmadd.d", f, THREE)
  DOUBLE("fmsub.d", f, THREE)
  DOUBLE("fnmadd.d", f, THREE)
  DOUBLE("fnmsub.d", f, THREE)
  DOUBLE("fmin.d", f, TWO)
  DOUBLE("fmax.d", f, TWO)
  DOUBLE("fsgnj.d", f, TWO)
  DOUBLE("fsgnjn.d", f, TWO)
  DOUBLE("fsgnjx.d", f, TWO)
  DOUBLE("feq.d", r, TWO)
  DOUBLE("flt.d", r, TWO)
  DOUBLE("fle.d", r, TWO)
  DOUBLE("fclass.d", r, ONE)
  DOUBLE("fcvt.w.d", r, ONE)
  DOUBLE("fcvt.wu.d", r, ONE)
  DOUBLE("fcvt.l.d", r, ONE)
  DOUBLE("fcvt.lu.d", r, ONE)
  DOUBLE("fcvt.s.d", f, ONE)
}

static void float_operations(void) {
  FLOAT("fadd.s", f, TWO)
  FLOAT("fsub.s", f, TWO)
  FLOAT("fmul.s", f, TWO)
  FLOAT("fdiv.s", f, TWO)
  FLOAT("fsqrt.s", f, ONE)
  FLOAT("fmadd.s", f, THREE)
  FLOAT("fmsub.s", f, THREE)
  FLOAT("fnmadd.s", f, THREE)
  FLOAT("fnmsub.s", f, THREE)
  FLOAT("fmin.s", f, TWO)
  FLOAT("fmax.s", f, TWO)
  FLOAT("fsgnj.s", f, TWO)
  FLOAT("fsgnjn.s", f, TWO)
  FLOAT("fsgnjx.s", f, TWO)
  FLOAT("feq.s", r, TWO)
  FLOAT("flt.s", r, TWO)
  FLOAT("fle.s", r, TWO)
  FLOAT("fclass.s", r, ONE)
  FLOAT("fcvt.w.s", r, ONE)
  FLOAT("fcvt.wu.s", r, ONE)
  FLOAT("fcvt.l.s", r, ONE)
  FLOAT("fcvt.lu.s", r, ONE)
  FLOAT("fcvt.d.s", f, ONE)
}

void special_values(void) {
  double_operations();
  float_operations();
}
