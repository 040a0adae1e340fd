// Block device workload: reads what is on the disk, writes patterns behind the
// first 64 KiB, flushes, reads them back and compares. What it writes is the
// same in every run; the first 64 KiB are never written.
#include "crc32.h"
#include "disk.h"
#include "finisher.h"
#include "print.h"
#include "random.h"
#include <stdbool.h>

#define HEAD_BYTES (64 * 1024)
#define HEAD_SECTORS (HEAD_BYTES / SECTOR_BYTES)
#define CHUNK_SECTORS 8
#define CHUNK_BYTES (CHUNK_SECTORS * SECTOR_BYTES)
#define CHUNKS 32
#define NEEDED_SECTORS (HEAD_SECTORS + CHUNKS * CHUNK_SECTORS)
#define EXIT_UNSUITABLE_DISK 3
#define EXIT_WRONG_DATA 4

static uint8_t head[HEAD_BYTES];
static uint64_t chunks[DISK_SLOTS][CHUNK_BYTES / 8];

static void require(bool is_met, const char *otherwise, uint32_t exit_code) {
  if (is_met) return;
  print("block: %s\n", otherwise);
  power_off_with(exit_code);
}

/// 13 is coprime to CHUNKS: neighbouring requests go to distant places.
static uint64_t sector_of(uint32_t chunk) {
  return HEAD_SECTORS + (chunk * 13u % CHUNKS) * CHUNK_SECTORS;
}

/// Odd chunks are shorter, so that requests have many sizes; the rest is not written.
static uint32_t bytes_of(uint32_t chunk) {
  return chunk % 2 == 0 ? CHUNK_BYTES : (chunk / 2 % CHUNK_SECTORS + 1) * SECTOR_BYTES;
}

static void fill(uint64_t *data, uint32_t chunk, uint64_t pass) {
  uint64_t state = (pass << 32) + chunk + 1;
  for (uint32_t i = 0; i < CHUNK_BYTES / 8; i++) data[i] = random_next(&state);
}

static uint32_t write_all(uint64_t pass) {
  uint32_t written = 0;
  for (uint32_t chunk = 0; chunk < CHUNKS; chunk++) {
    uint32_t slot = chunk % DISK_SLOTS;
    if (chunk >= DISK_SLOTS) require(disk_wait(slot) == DISK_DONE, "a write failed", EXIT_WRONG_DATA);
    fill(chunks[slot], chunk, pass);
    disk_submit(slot, DISK_WRITE, sector_of(chunk), chunks[slot], bytes_of(chunk));
    written += bytes_of(chunk);
  }
  for (uint32_t slot = 0; slot < DISK_SLOTS; slot++) {
    require(disk_wait(slot) == DISK_DONE, "a write failed", EXIT_WRONG_DATA);
  }
  return written;
}

static bool is_as_written(const uint64_t *data, uint32_t chunk, uint64_t pass) {
  uint64_t state = (pass << 32) + chunk + 1;
  for (uint32_t i = 0; i < bytes_of(chunk) / 8; i++) {
    if (data[i] != random_next(&state)) return false;
  }
  return true;
}

/// Reads DISK_SLOTS chunks at a time; returns the CRC of all of them in order.
static uint32_t read_all(uint64_t pass) {
  uint32_t crc = 0;
  for (uint32_t first = 0; first < CHUNKS; first += DISK_SLOTS) {
    uint32_t count = CHUNKS - first < DISK_SLOTS ? CHUNKS - first : DISK_SLOTS;
    for (uint32_t slot = 0; slot < count; slot++) {
      uint32_t chunk = first + slot;
      disk_submit(slot, DISK_READ, sector_of(chunk), chunks[slot], bytes_of(chunk));
    }
    for (uint32_t slot = 0; slot < count; slot++) {
      uint32_t chunk = first + slot;
      require(disk_wait(slot) == DISK_DONE, "a read failed", EXIT_WRONG_DATA);
      require(is_as_written(chunks[slot], chunk, pass), "read other data than was written",
              EXIT_WRONG_DATA);
      crc = crc32(crc, chunks[slot], bytes_of(chunk));
    }
  }
  return crc;
}

static uint32_t head_crc(void) {
  require(disk_request(DISK_READ, 0, head, HEAD_BYTES) == DISK_DONE, "a read failed", EXIT_WRONG_DATA);
  return crc32(0, head, HEAD_BYTES);
}

int main(void) {
  struct disk disk = disk_start();
  print("block: %lu sectors\n", disk.sectors);
  require(disk.sectors >= NEEDED_SECTORS, "the disk must have at least 192 KiB", EXIT_UNSUITABLE_DISK);
  require(!disk.is_read_only, "the disk is read-only", EXIT_UNSUITABLE_DISK);

  uint32_t crc_before = head_crc();
  print("first 64 KiB: CRC %08x\n", crc_before);
  for (uint64_t pass = 1; pass <= 3; pass++) {
    uint32_t written = write_all(pass);
    if (disk.can_flush) {
      require(disk_request(DISK_FLUSH, 0, 0, 0) == DISK_DONE, "the flush failed", EXIT_WRONG_DATA);
    }
    print("pass %lu: %u bytes written and read back, CRC %08x\n", pass, written, read_all(pass));
  }
  enum disk_status beyond = disk_request(DISK_READ, disk.sectors, head, SECTOR_BYTES);
  print("read past the end: %s\n", beyond == DISK_IO_ERROR ? "refused" : "NOT refused");
  print("first 64 KiB: %s\n", head_crc() == crc_before ? "unchanged" : "CHANGED");
  print("interrupts: %s\n", disk_interrupts() > 0 ? "yes" : "NONE");
  print("done\n");
  return 0;
}
