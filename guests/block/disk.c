// Each slot owns three descriptors: header, data (absent for a flush), status.
#include "disk.h"
#include "csr.h"
#include "finisher.h"
#include "plic.h"
#include "print.h"
#include "trap.h"
#include "virtio-mmio.h"

#define BLOCK_DEVICE 2
#define FEATURE_READ_ONLY (1UL << 5)
#define FEATURE_FLUSH (1UL << 9)
#define CONFIG_CAPACITY 0
#define DESCRIPTORS_PER_SLOT 3
_Static_assert(DISK_SLOTS * DESCRIPTORS_PER_SLOT <= VIRTIO_QUEUE_SIZE, "slots fit the queue");

#define EXIT_NO_DISK 2

struct header {
  uint32_t operation;
  uint32_t reserved;
  uint64_t sector;
};

static struct virtio_device device;
static struct header headers[DISK_SLOTS];
static volatile uint8_t statuses[DISK_SLOTS];
static volatile bool is_busy[DISK_SLOTS];
static volatile uint32_t interrupts;

static void on_trap(struct trap_frame *frame) {
  if (frame->cause != CAUSE_M_EXTERNAL) trap_unexpected(frame);
  uint32_t irq = plic_claim();
  if (irq == device.irq) {
    interrupts++;
    virtio_acknowledge(&device);
    for (int head = virtio_take_used(&device); head >= 0; head = virtio_take_used(&device)) {
      is_busy[head / DESCRIPTORS_PER_SLOT] = false;
    }
  }
  if (irq != 0) plic_complete(irq);
}

static void require(enum virtio_problem problem) {
  if (problem == VIRTIO_OK) return;
  print("block: %s\n", problem == VIRTIO_ABSENT   ? "there is no virtio block device"
                       : problem == VIRTIO_LEGACY ? "the device is of the legacy kind, version 2 is needed"
                                                  : "the device refused the driver");
  power_off_with(EXIT_NO_DISK);
}

struct disk disk_start(void) {
  require(virtio_start(&device, BLOCK_DEVICE, FEATURE_READ_ONLY | FEATURE_FLUSH));
  trap_set_handler(on_trap);
  plic_enable(device.irq);
  csr_set(mie, IRQ_M_EXTERNAL);
  uint64_t high = virtio_config32(&device, CONFIG_CAPACITY + 4);
  return (struct disk){
      .sectors = high << 32 | virtio_config32(&device, CONFIG_CAPACITY),
      .is_read_only = (device.features & FEATURE_READ_ONLY) != 0,
      .can_flush = (device.features & FEATURE_FLUSH) != 0,
  };
}

void disk_submit(uint32_t slot, enum disk_operation operation, uint64_t sector, void *data,
                 uint32_t bytes) {
  uint16_t first = (uint16_t)(slot * DESCRIPTORS_PER_SLOT);
  uint16_t status = first + 2;
  headers[slot] = (struct header){.operation = operation, .reserved = 0, .sector = sector};
  statuses[slot] = DISK_PENDING;
  is_busy[slot] = true;

  virtio_descriptors[first] = (struct virtio_descriptor){
      .address = (uint64_t)&headers[slot],
      .bytes = sizeof headers[slot],
      .flags = VIRTIO_DESCRIPTOR_NEXT,
      .next = bytes == 0 ? status : first + 1,
  };
  virtio_descriptors[first + 1] = (struct virtio_descriptor){
      .address = (uint64_t)data,
      .bytes = bytes,
      .flags = VIRTIO_DESCRIPTOR_NEXT | (operation == DISK_READ ? VIRTIO_DESCRIPTOR_WRITE : 0),
      .next = status,
  };
  virtio_descriptors[status] = (struct virtio_descriptor){
      .address = (uint64_t)&statuses[slot],
      .bytes = 1,
      .flags = VIRTIO_DESCRIPTOR_WRITE,
      .next = 0,
  };
  virtio_offer(first);
  virtio_notify(&device);
}

enum disk_status disk_wait(uint32_t slot) {
  while (is_busy[slot]) {
    wait_for_interrupt();
    csr_set(mstatus, MSTATUS_MIE);
    csr_clear(mstatus, MSTATUS_MIE);
  }
  return statuses[slot];
}

enum disk_status disk_request(enum disk_operation operation, uint64_t sector, void *data,
                              uint32_t bytes) {
  disk_submit(0, operation, sector, data, bytes);
  return disk_wait(0);
}

uint32_t disk_interrupts(void) { return interrupts; }
