// CRC-16, one bit a step: shifts, exclusive ors and unpredictable branches.
#include "workloads.h"

uint16_t crc16_of_word(uint16_t crc, uint16_t word) {
  for (int bit = 0; bit < 16; bit++) {
    uint16_t differs = (crc ^ word) & 1;
    crc >>= 1;
    word >>= 1;
    if (differs != 0) crc ^= 0xa001;
  }
  return crc;
}
