// Small matrices: product, product with a constant, and bit-field extraction.
#include "random.h"
#include "workloads.h"

#define SIZE 28

static int16_t left[SIZE][SIZE];
static int16_t right[SIZE][SIZE];
static int32_t product[SIZE][SIZE];

static void fill(uint16_t seed) {
  uint64_t state = seed | 0x20000;
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      uint64_t value = random_next(&state);
      left[row][column] = (int16_t)(value >> 40);
      right[row][column] = (int16_t)(value >> 24);
    }
  }
}

static void multiply(void) {
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      uint32_t sum = 0;
      for (int i = 0; i < SIZE; i++) {
        sum += (uint32_t)((int32_t)left[row][i] * right[i][column]);
      }
      product[row][column] = (int32_t)sum;
    }
  }
}

/// Products of two bit fields, as in packed arithmetic.
static void multiply_fields(void) {
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      uint32_t sum = 0;
      for (int i = 0; i < SIZE; i++) {
        uint32_t mixed = (uint32_t)left[row][i] * (uint32_t)right[i][column];
        sum += ((mixed >> 2) & 0xf) * ((mixed >> 5) & 0x7f);
      }
      product[row][column] ^= (int32_t)sum;
    }
  }
}

static uint16_t checksum(uint16_t crc, int32_t clip) {
  int32_t running = 0;
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      int32_t value = product[row][column] / clip;
      running = value > running ? running + 10 : (int32_t)((uint32_t)running + (uint32_t)value);
      if (running > clip || running < -clip) running %= clip;
    }
    crc = crc16_of_word(crc, (uint16_t)running);
  }
  return crc;
}

uint16_t matrix_workload(uint16_t seed) {
  fill(seed);
  multiply();
  uint16_t crc = checksum(seed, 977);
  multiply_fields();
  return checksum(crc, 3001);
}
