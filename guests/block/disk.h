// Requests to a virtio block device (Virtual I/O Device version 1.2, section 5.2),
// several at a time, completed by interrupt.
#ifndef GUESTS_BLOCK_DISK_H
#define GUESTS_BLOCK_DISK_H
#include <stdbool.h>
#include <stdint.h>

#define SECTOR_BYTES 512
#define DISK_SLOTS 5 // requests in flight

enum disk_operation { DISK_READ = 0, DISK_WRITE = 1, DISK_FLUSH = 4 };
enum disk_status { DISK_DONE = 0, DISK_IO_ERROR = 1, DISK_UNSUPPORTED = 2, DISK_PENDING = 0xff };

struct disk {
  uint64_t sectors;
  bool is_read_only;
  bool can_flush;
};

/// Finds and starts the disk; ends the guest with a message when there is none to use.
struct disk disk_start(void);

/// Starts a request in a slot that is not busy.
void disk_submit(uint32_t slot, enum disk_operation operation, uint64_t sector, void *data,
                 uint32_t bytes);

/// Sleeps until the request of the slot is completed.
enum disk_status disk_wait(uint32_t slot);

/// One request, from start to completion.
enum disk_status disk_request(enum disk_operation operation, uint64_t sector, void *data,
                              uint32_t bytes);

/// Interrupts taken so far: one for one or more completions.
uint32_t disk_interrupts(void);

#endif
