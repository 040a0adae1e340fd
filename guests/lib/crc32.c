// CRC-32, one byte a step; the table is made on first use.
#include "crc32.h"

#define REFLECTED_POLYNOMIAL 0xedb88320u

static uint32_t table[256];

static void make_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; bit++) {
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? REFLECTED_POLYNOMIAL : 0);
    }
    table[byte] = remainder;
  }
}

uint32_t crc32(uint32_t crc, const void *data, size_t bytes) {
  if (table[1] == 0) make_table();
  const uint8_t *next = data;
  crc = ~crc;
  for (; bytes > 0; bytes--) crc = (crc >> 8) ^ table[(crc ^ *next++) & 0xff];
  return ~crc;
}
