// A split virtqueue of a virtio-mmio device (Virtual I/O Device 1.2, sections 2.7
// and 4.2.2), the driver's side.
#ifndef GUESTS_QUEUE_H
#define GUESTS_QUEUE_H
#include <stdbool.h>
#include <stdint.h>

#define QUEUE_SIZE 16

struct descriptor {
  uint64_t address;
  uint32_t bytes;
  uint16_t flags;
  uint16_t next;
};
#define DESCRIPTOR_WRITE 2

struct used {
  uint32_t head;
  uint32_t bytes;
};

struct queue {
  struct descriptor descriptors[QUEUE_SIZE] __attribute__((aligned(16)));
  struct {
    uint16_t flags;
    volatile uint16_t index;
    uint16_t ring[QUEUE_SIZE];
  } available __attribute__((aligned(4)));
  struct {
    uint16_t flags;
    volatile uint16_t index;
    struct used ring[QUEUE_SIZE];
  } used __attribute__((aligned(4)));
  uint64_t base;
  uint32_t number;
  uint16_t seen_used;
};

/// Makes the queue ready at the device at `base`; false when it can't be had.
bool queue_start(struct queue *queue, uint64_t base, uint32_t number);
/// Makes a descriptor available, without a notification.
void queue_offer(struct queue *queue, uint16_t head);
void queue_notify(const struct queue *queue);
bool queue_has_used(const struct queue *queue);
struct used queue_take_used(struct queue *queue);

#endif
