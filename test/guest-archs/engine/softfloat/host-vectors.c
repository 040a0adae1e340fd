/* Prints test vectors computed by the floating-point unit of an x86-64 processor with FMA, which like RISC-V detects
 * tininess after rounding. One line each: operation mode operands... result flags; all but the operation in hex, the
 * flags in the RISC-V layout. NaN results are made canonical.
 *
 *   gcc -O0 -frounding-math -msse4.1 -mfma -o host-vectors host-vectors.c -lm && ./host-vectors SEED PER_OPERATION
 */
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t random64(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545f4914f6cdd1dull;
}

static uint64_t below(uint64_t n) { return random64() % n; }

/* A fraction of the given width: random, sparse, or all but a few bits set. */
static uint64_t pattern(int width) {
  uint64_t mask = (1ull << width) - 1, bits = random64();
  switch (below(5)) {
    case 0: return 0;
    case 1: return (1ull << below(width)) | (below(2) << below(width));
    case 2: return mask ^ (1ull << below(width)) ^ below(2);
    case 3: return bits & mask & ~((1ull << below(width)) - 1);
    default: return bits & mask;
  }
}

/* Biased exponent: special, anywhere, or near the one before, so that sums cancel and products meet the limits. */
static int previous_exponent;

static uint64_t operand(int width, int precision) {
  int fraction_bits = precision - 1, exponent_bits = width - precision;
  int largest = (1 << exponent_bits) - 1, exponent;
  uint64_t sign = below(2) << (width - 1);
  if (below(10) == 0) { /* zero, least and greatest subnormal, least and greatest normal, infinity, NaNs */
    uint64_t normal = 1ull << fraction_bits, infinity = (uint64_t)largest << fraction_bits;
    uint64_t specials[] = {0, 1, normal - 1, normal, infinity - 1, infinity, infinity + 1, infinity + normal / 2};
    return sign | specials[below(8)];
  }
  switch (below(8)) {
    case 0: exponent = below(3); break;
    case 1: exponent = largest - (int)below(3); break;
    case 2: exponent = below(largest + 1); break;
    case 3: exponent = largest / 2 - 2 + (int)below(70); break;
    case 4: exponent = largest - 1 - previous_exponent + largest / 2 * (int)below(2) + (int)below(5) - 2; break;
    case 5: exponent = largest / 2 - 1 + previous_exponent + (int)below(5) - 2; break;
    default: exponent = previous_exponent + (int)below(2 * precision + 8) - precision - 4; break;
  }
  if (exponent < 0 || exponent > largest) exponent = below(largest + 1);
  previous_exponent = exponent;
  return sign | ((uint64_t)exponent << fraction_bits) | pattern(fraction_bits);
}

static uint64_t integer(void) {
  uint64_t bits = random64() >> below(64);
  switch (below(4)) {
    case 0: return (1ull << below(64)) + below(3) - 1;
    case 1: return ~bits;
    case 2: return bits & ~((1ull << below(64)) - 1);
    default: return bits;
  }
}

static float f32(uint64_t bits) { uint32_t low = bits; float x; memcpy(&x, &low, 4); return x; }
static double f64(uint64_t bits) { double x; memcpy(&x, &bits, 8); return x; }

static uint64_t bits32(float x) {
  uint32_t bits;
  if (isnan(x)) return 0x7fc00000;
  memcpy(&bits, &x, 4);
  return bits;
}

static uint64_t bits64(double x) {
  uint64_t bits;
  if (isnan(x)) return 0x7ff8000000000000;
  memcpy(&bits, &x, 8);
  return bits;
}

static unsigned flags(void) {
  int raised = fetestexcept(FE_ALL_EXCEPT);
  return (raised & FE_INEXACT ? 1 : 0) | (raised & FE_UNDERFLOW ? 2 : 0) | (raised & FE_OVERFLOW ? 4 : 0) |
         (raised & FE_DIVBYZERO ? 8 : 0) | (raised & FE_INVALID ? 16 : 0);
}

/* In the order of the RISC-V rounding modes. */
static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
static int mode;

static void begin(void) { fesetround(modes[mode]); feclearexcept(FE_ALL_EXCEPT); }

static void end(const char *operation, int count, const uint64_t *operands, uint64_t result) {
  unsigned raised = flags();
  fesetround(FE_TONEAREST);
  printf("%s %d", operation, mode);
  for (int i = 0; i < count; i++) printf(" %" PRIx64, operands[i]);
  printf(" %" PRIx64 " %x\n", result, raised);
}

/* Evaluates `expression` over v[0..2] between begin and end. */
#define EMIT(name, count, expression) \
  do { \
    begin(); \
    volatile __typeof__(expression) value = (expression); \
    uint64_t result = BITS(value); \
    end(name, count, v, result); \
  } while (0)

static void arithmetic32(void) {
  uint64_t v[3] = {operand(32, 24), operand(32, 24), operand(32, 24)};
  volatile float x = f32(v[0]), y = f32(v[1]), z = f32(v[2]);
#define BITS bits32
  EMIT("f32_add", 2, x + y);
  EMIT("f32_sub", 2, x - y);
  EMIT("f32_mul", 2, x * y);
  EMIT("f32_div", 2, x / y);
  EMIT("f32_sqrt", 1, sqrtf(x));
  /* RISC-V raises invalid for infinity times zero plus a quiet NaN, x86 does not. */
  if (!(isnan(z) && ((isinf(x) && y == 0) || (x == 0 && isinf(y))))) EMIT("f32_fma", 3, fmaf(x, y, z));
#undef BITS
#define BITS bits64
  EMIT("f32_widen", 1, (double)x);
#undef BITS
#define BITS (uint64_t)
  EMIT("f32_eq", 2, x == y);
  EMIT("f32_lt", 2, x < y);
  EMIT("f32_le", 2, x <= y);
#undef BITS
}

static void arithmetic64(void) {
  uint64_t v[3] = {operand(64, 53), operand(64, 53), operand(64, 53)};
  volatile double x = f64(v[0]), y = f64(v[1]), z = f64(v[2]);
#define BITS bits64
  EMIT("f64_add", 2, x + y);
  EMIT("f64_sub", 2, x - y);
  EMIT("f64_mul", 2, x * y);
  EMIT("f64_div", 2, x / y);
  EMIT("f64_sqrt", 1, sqrt(x));
  if (!(isnan(z) && ((isinf(x) && y == 0) || (x == 0 && isinf(y))))) EMIT("f64_fma", 3, fma(x, y, z));
#undef BITS
#define BITS (uint64_t)
  EMIT("f64_eq", 2, x == y);
  EMIT("f64_lt", 2, x < y);
  EMIT("f64_le", 2, x <= y);
#undef BITS
}

static void narrowing(void) {
  /* Half of the operands in and around the exponents of binary32. */
  uint64_t v[1] = {operand(64, 53)};
  if (below(2)) v[0] = (v[0] & 0x800fffffffffffff) | ((1023 - 155 + below(290)) << 52);
  volatile double x = f64(v[0]);
#define BITS bits32
  EMIT("f64_narrow", 1, (float)x);
#undef BITS
}

/* The rounding is rint's, whose result is then compared with the range: out of it RISC-V raises invalid alone. */
static void integers(int is64, const char *target, double low, double high, uint64_t minimum, uint64_t maximum) {
  uint64_t v[1] = {is64 ? operand(64, 53) : operand(32, 24)};
  int bias = is64 ? 1023 : 127, fraction_bits = is64 ? 52 : 23;
  if (below(4)) {
    uint64_t exponent = bias - 3 + below(70);
    v[0] = (below(2) << (is64 ? 63 : 31)) | (exponent << fraction_bits) | pattern(fraction_bits);
  }
  volatile double x64 = f64(v[0]);
  volatile float x32 = f32(v[0]);
  char name[32];
  snprintf(name, sizeof name, "%s_to_%s", is64 ? "f64" : "f32", target);
  begin();
  volatile double rounded = is64 ? rint(x64) : (double)rintf(x32);
  uint64_t result;
  if (isnan(rounded) || rounded < low || rounded >= high) {
    result = rounded < low ? minimum : maximum;
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_INVALID);
  } else {
    unsigned raised = fetestexcept(FE_INEXACT);
    result = rounded < 0 ? (uint64_t)(int64_t)rounded : (uint64_t)rounded;
    feclearexcept(FE_ALL_EXCEPT);
    if (raised) feraiseexcept(FE_INEXACT);
  }
  end(name, 1, v, result);
}

static void from_integers(void) {
  uint64_t v[1] = {integer()};
#define BITS bits32
  EMIT("f32_from_i32", 1, (float)(int32_t)v[0]);
  EMIT("f32_from_u32", 1, (float)(int64_t)(uint32_t)v[0]);
  EMIT("f32_from_i64", 1, (float)(int64_t)v[0]);
  EMIT("f32_from_u64", 1, (float)v[0]);
#undef BITS
#define BITS bits64
  EMIT("f64_from_i32", 1, (double)(int32_t)v[0]);
  EMIT("f64_from_u32", 1, (double)(int64_t)(uint32_t)v[0]);
  EMIT("f64_from_i64", 1, (double)(int64_t)v[0]);
  EMIT("f64_from_u64", 1, (double)v[0]);
#undef BITS
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  state = strtoull(argv[1], 0, 0) * 0x9e3779b97f4a7c15ull + 1;
  for (long i = 0, n = atol(argv[2]); i < n; i++) {
    mode = i & 3;
    arithmetic32();
    arithmetic64();
    narrowing();
    from_integers();
    for (int is64 = 0; is64 < 2; is64++) {
      integers(is64, "i32", -0x1p31, 0x1p31, -0x80000000ull, 0x7fffffff);
      integers(is64, "u32", 0, 0x1p32, 0, 0xffffffff);
      integers(is64, "i64", -0x1p63, 0x1p63, 1ull << 63, ~(1ull << 63));
      integers(is64, "u64", 0, 0x1p64, 0, ~0ull);
    }
  }
  return 0;
}
