// Slots of the machine, and registers and status bits of a virtio-mmio device
// (VIRTIO 1.2, sections 4.2.2 and 2.1).
#ifndef GUESTS_VIRTIO_MMIO_REGISTERS_H
#define GUESTS_VIRTIO_MMIO_REGISTERS_H

#define FIRST_SLOT 0x10001000UL
#define SLOT_BYTES 0x1000UL
#define SLOTS 8
#define FIRST_IRQ 1

#define MAGIC_VALUE 0x000
#define VERSION 0x004
#define DEVICE_ID 0x008
#define DEVICE_FEATURES 0x010
#define DEVICE_FEATURES_SEL 0x014
#define DRIVER_FEATURES 0x020
#define DRIVER_FEATURES_SEL 0x024
#define QUEUE_SEL 0x030
#define QUEUE_NUM_MAX 0x034
#define QUEUE_NUM 0x038
#define QUEUE_READY 0x044
#define QUEUE_NOTIFY 0x050
#define INTERRUPT_STATUS 0x060
#define INTERRUPT_ACK 0x064
#define STATUS 0x070
#define QUEUE_DESC_LOW 0x080
#define QUEUE_DRIVER_LOW 0x090
#define QUEUE_DEVICE_LOW 0x0a0
#define CONFIG 0x100

#define MAGIC 0x74726976 // "virt"
#define MODERN_VERSION 2
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER 2
#define STATUS_DRIVER_OK 4
#define STATUS_FEATURES_OK 8

#endif
