// virtio 1.x over MMIO (Virtual I/O Device version 1.2, section 4.2): one split
// queue of one device, in one of the eight slots at 0x10001000 and above.
#ifndef GUESTS_VIRTIO_MMIO_H
#define GUESTS_VIRTIO_MMIO_H
#include <stdbool.h>
#include <stdint.h>

#define VIRTIO_QUEUE_SIZE 16
#define VIRTIO_F_VERSION_1 (1UL << 32)

struct virtio_descriptor {
  uint64_t address;
  uint32_t bytes;
  uint16_t flags;
  uint16_t next;
};
#define VIRTIO_DESCRIPTOR_NEXT 1
#define VIRTIO_DESCRIPTOR_WRITE 2

struct virtio_device {
  uint64_t base;
  uint32_t irq;
  uint64_t features; // the accepted ones
  uint16_t seen_used; // completions taken from the used ring
};

enum virtio_problem { VIRTIO_OK, VIRTIO_ABSENT, VIRTIO_LEGACY, VIRTIO_REFUSED };

/// Finds the first device of this kind, accepts the wanted features it offers and
/// makes its queue 0 ready.
enum virtio_problem virtio_start(struct virtio_device *device, uint32_t kind, uint64_t wanted);

/// Descriptors the driver fills in; numbers 0 to VIRTIO_QUEUE_SIZE - 1.
extern struct virtio_descriptor virtio_descriptors[VIRTIO_QUEUE_SIZE];

/// Makes the chain that starts at descriptor `head` available, without a notification.
void virtio_offer(uint16_t head);
void virtio_notify(const struct virtio_device *device);

/// Head of the next completed chain, or -1.
int virtio_take_used(struct virtio_device *device);

/// Reads and acknowledges the reasons of an interrupt.
uint32_t virtio_acknowledge(const struct virtio_device *device);

uint32_t virtio_config32(const struct virtio_device *device, uint32_t offset);

#endif
