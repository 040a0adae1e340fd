#include "queue.h"
#include "mmio.h"
#include "virtio-mmio-registers.h"

static void set_address(uint64_t low_register, const void *memory) {
  uint64_t address = (uint64_t)memory;
  mmio_write32(low_register, (uint32_t)address);
  mmio_write32(low_register + 4, (uint32_t)(address >> 32));
}

bool queue_start(struct queue *queue, uint64_t base, uint32_t number) {
  queue->base = base;
  queue->number = number;
  mmio_write32(base + QUEUE_SEL, number);
  if (mmio_read32(base + QUEUE_NUM_MAX) < QUEUE_SIZE) return false;
  mmio_write32(base + QUEUE_NUM, QUEUE_SIZE);
  set_address(base + QUEUE_DESC_LOW, queue->descriptors);
  set_address(base + QUEUE_DRIVER_LOW, &queue->available);
  set_address(base + QUEUE_DEVICE_LOW, &queue->used);
  mmio_write32(base + QUEUE_READY, 1);
  return mmio_read32(base + QUEUE_READY) == 1;
}

void queue_offer(struct queue *queue, uint16_t head) {
  queue->available.ring[queue->available.index % QUEUE_SIZE] = head;
  io_fence();
  queue->available.index++;
}

void queue_notify(const struct queue *queue) {
  io_fence();
  mmio_write32(queue->base + QUEUE_NOTIFY, queue->number);
}

bool queue_has_used(const struct queue *queue) { return queue->used.index != queue->seen_used; }

struct used queue_take_used(struct queue *queue) {
  io_fence();
  return queue->used.ring[queue->seen_used++ % QUEUE_SIZE];
}
