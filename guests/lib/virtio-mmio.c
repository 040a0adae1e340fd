// The driver's side of virtio-mmio, registers as in section 4.2.2 of the
// specification; the queue lives in memory of this file.
#include "virtio-mmio.h"
#include "mmio.h"
#include "virtio-mmio-registers.h"

struct virtio_descriptor virtio_descriptors[VIRTIO_QUEUE_SIZE] __attribute__((aligned(16)));

static struct {
  uint16_t flags;
  volatile uint16_t index;
  uint16_t ring[VIRTIO_QUEUE_SIZE];
} available __attribute__((aligned(4)));

static struct {
  uint16_t flags;
  volatile uint16_t index;
  struct {
    uint32_t head;
    uint32_t bytes;
  } ring[VIRTIO_QUEUE_SIZE];
} used __attribute__((aligned(4)));

static uint32_t get(uint64_t base, uint32_t reg) { return mmio_read32(base + reg); }
static void set(uint64_t base, uint32_t reg, uint32_t value) { mmio_write32(base + reg, value); }

static void set_address(uint64_t base, uint32_t low_register, const void *memory) {
  uint64_t address = (uint64_t)memory;
  set(base, low_register, (uint32_t)address);
  set(base, low_register + 4, (uint32_t)(address >> 32));
}

static bool find(struct virtio_device *device, uint32_t kind) {
  for (uint32_t slot = 0; slot < SLOTS; slot++) {
    uint64_t base = FIRST_SLOT + slot * SLOT_BYTES;
    if (get(base, MAGIC_VALUE) != MAGIC || get(base, DEVICE_ID) != kind) continue;
    device->base = base;
    device->irq = FIRST_IRQ + slot;
    return true;
  }
  return false;
}

static bool negotiate(struct virtio_device *device, uint64_t wanted) {
  uint64_t base = device->base;
  set(base, DEVICE_FEATURES_SEL, 0);
  uint64_t offered = get(base, DEVICE_FEATURES);
  set(base, DEVICE_FEATURES_SEL, 1);
  offered |= (uint64_t)get(base, DEVICE_FEATURES) << 32;
  if ((offered & VIRTIO_F_VERSION_1) == 0) return false;

  device->features = offered & (wanted | VIRTIO_F_VERSION_1);
  set(base, DRIVER_FEATURES_SEL, 0);
  set(base, DRIVER_FEATURES, (uint32_t)device->features);
  set(base, DRIVER_FEATURES_SEL, 1);
  set(base, DRIVER_FEATURES, (uint32_t)(device->features >> 32));
  set(base, STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
  return (get(base, STATUS) & STATUS_FEATURES_OK) != 0;
}

enum virtio_problem virtio_start(struct virtio_device *device, uint32_t kind, uint64_t wanted) {
  if (!find(device, kind)) return VIRTIO_ABSENT;
  uint64_t base = device->base;
  if (get(base, VERSION) != MODERN_VERSION) return VIRTIO_LEGACY;
  set(base, STATUS, 0);
  set(base, STATUS, STATUS_ACKNOWLEDGE);
  set(base, STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
  if (!negotiate(device, wanted)) return VIRTIO_REFUSED;

  set(base, QUEUE_SEL, 0);
  if (get(base, QUEUE_READY) != 0 || get(base, QUEUE_NUM_MAX) < VIRTIO_QUEUE_SIZE) {
    return VIRTIO_REFUSED;
  }
  set(base, QUEUE_NUM, VIRTIO_QUEUE_SIZE);
  set_address(base, QUEUE_DESC_LOW, virtio_descriptors);
  set_address(base, QUEUE_DRIVER_LOW, &available);
  set_address(base, QUEUE_DEVICE_LOW, &used);
  set(base, QUEUE_READY, 1);
  set(base, STATUS, get(base, STATUS) | STATUS_DRIVER_OK);
  device->seen_used = 0;
  return VIRTIO_OK;
}

void virtio_offer(uint16_t head) {
  available.ring[available.index % VIRTIO_QUEUE_SIZE] = head;
  io_fence();
  available.index++;
}

void virtio_notify(const struct virtio_device *device) {
  io_fence();
  set(device->base, QUEUE_NOTIFY, 0);
}

int virtio_take_used(struct virtio_device *device) {
  if (used.index == device->seen_used) return -1;
  io_fence();
  return (int)used.ring[device->seen_used++ % VIRTIO_QUEUE_SIZE].head;
}

uint32_t virtio_acknowledge(const struct virtio_device *device) {
  uint32_t reasons = get(device->base, INTERRUPT_STATUS);
  set(device->base, INTERRUPT_ACK, reasons);
  return reasons;
}

uint32_t virtio_config32(const struct virtio_device *device, uint32_t offset) {
  return mmio_read32(device->base + CONFIG + offset);
}
