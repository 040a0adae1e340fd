// A state machine that classifies comma-separated words as numbers or not:
// "-12", "0x7f", "3.5e-2"; every transition is counted.
#include "random.h"
#include "workloads.h"

#define TEXT_BYTES 2048

enum state { START, SIGN, ZERO, INTEGER, HEX_PREFIX, HEX, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, SCALED, INVALID, STATES };

static char text[TEXT_BYTES];
static uint32_t transitions[STATES][STATES];

static const char *const WORDS[] = {"5012", "-874", "+122", "0x7f3a", "35.54400", ".1234500", "-110.700", "+0.64400", "5.500e+3", "-.123e-2", "+0.6e-12", "0xzz", "-.e", "T0.3e-1F", "12+34", ""};
#define WORD_COUNT (sizeof WORDS / sizeof WORDS[0])

static void write_text(uint16_t seed) {
  uint64_t state = seed | 0x40000;
  uint32_t at = 0;
  while (at < TEXT_BYTES - 1) {
    const char *word = WORDS[random_next(&state) % WORD_COUNT];
    for (; *word != 0 && at < TEXT_BYTES - 2; word++) text[at++] = *word;
    text[at++] = ',';
  }
  text[at] = 0;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static enum state next_state(enum state state, char c) {
  if (c == ',') return START;
  switch (state) {
  case START:
    if (c == '-' || c == '+') return SIGN;
    // fall through
  case SIGN:
    if (c == '0') return ZERO;
    if (c == '.') return POINT;
    return is_digit(c) ? INTEGER : INVALID;
  case ZERO:
    if (c == 'x') return HEX_PREFIX;
    // fall through
  case INTEGER:
    if (c == '.') return FRACTION;
    if (c == 'e') return EXPONENT;
    return is_digit(c) ? INTEGER : INVALID;
  case HEX_PREFIX:
  case HEX:
    return is_hex(c) ? HEX : INVALID;
  case POINT:
    return is_digit(c) ? FRACTION : INVALID;
  case FRACTION:
    if (c == 'e') return EXPONENT;
    return is_digit(c) ? FRACTION : INVALID;
  case EXPONENT:
    if (c == '-' || c == '+') return EXPONENT_SIGN;
    // fall through
  case EXPONENT_SIGN:
  case SCALED:
    return is_digit(c) ? SCALED : INVALID;
  default:
    return INVALID;
  }
}

static void run(void) {
  enum state state = START;
  for (const char *c = text; *c != 0; c++) {
    enum state next = next_state(state, *c);
    transitions[state][next]++;
    state = next;
  }
}

uint16_t state_machine_workload(uint16_t seed) {
  for (int from = 0; from < STATES; from++) {
    for (int to = 0; to < STATES; to++) transitions[from][to] = 0;
  }
  write_text(seed);
  run();
  for (uint32_t at = seed % 31; at < TEXT_BYTES - 1; at += 31) {
    if (text[at] != ',') text[at] ^= (char)(seed & 3);
  }
  run();
  uint16_t crc = seed;
  for (int from = 0; from < STATES; from++) {
    for (int to = 0; to < STATES; to++) {
      if (transitions[from][to] != 0) crc = crc16_of_word(crc, (uint16_t)transitions[from][to]);
    }
  }
  return crc;
}
