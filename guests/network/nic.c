// Queue 0 receives into small buffers, so that most frames are merged from several;
// queue 1 transmits, one descriptor a frame with the header in front.
#include "nic.h"
#include "csr.h"
#include "finisher.h"
#include "mmio.h"
#include "plic.h"
#include "print.h"
#include "queue.h"
#include "trap.h"
#include "virtio-mmio-registers.h"
#include <stdbool.h>

#define NETWORK_DEVICE 1
#define FEATURES_LOW (1u << 5 | 1u << 15) // MAC, MRG_RXBUF
#define FEATURES_HIGH 1u                  // VERSION_1

#define RECEIVE 0
#define TRANSMIT 1
#define HEADER_BYTES 12
#define NUM_BUFFERS 10
#define RECEIVE_BYTES 256
#define EXIT_NO_CARD 2

static uint64_t base;
static uint32_t irq;
static uint8_t mac[MAC_BYTES];
static struct queue receive_queue;
static struct queue transmit_queue;
static uint8_t receive_buffers[QUEUE_SIZE][RECEIVE_BYTES] __attribute__((aligned(8)));
static uint8_t transmit_buffers[QUEUE_SIZE][HEADER_BYTES + FRAME_BYTES] __attribute__((aligned(8)));
static uint32_t frames_sent;
static uint32_t frames_merged;

static uint32_t get(uint32_t reg) { return mmio_read32(base + reg); }
static void set(uint32_t reg, uint32_t value) { mmio_write32(base + reg, value); }

static void on_trap(struct trap_frame *frame) {
  if (frame->cause != CAUSE_M_EXTERNAL) trap_unexpected(frame);
  uint32_t claimed = plic_claim();
  if (claimed == irq) set(INTERRUPT_ACK, get(INTERRUPT_STATUS));
  if (claimed != 0) plic_complete(claimed);
}

static bool find(void) {
  for (uint32_t slot = 0; slot < SLOTS; slot++) {
    base = FIRST_SLOT + slot * SLOT_BYTES;
    irq = FIRST_IRQ + slot;
    if (get(MAGIC_VALUE) == MAGIC && get(DEVICE_ID) == NETWORK_DEVICE) {
      return get(VERSION) == MODERN_VERSION;
    }
  }
  return false;
}

static bool accept(uint32_t half, uint32_t wanted) {
  set(DEVICE_FEATURES_SEL, half);
  if ((get(DEVICE_FEATURES) & wanted) != wanted) return false;
  set(DRIVER_FEATURES_SEL, half);
  set(DRIVER_FEATURES, wanted);
  return true;
}

static bool start(void) {
  if (!find()) return false;
  set(STATUS, 0);
  set(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
  if (!accept(0, FEATURES_LOW) || !accept(1, FEATURES_HIGH)) return false;
  set(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
  if ((get(STATUS) & STATUS_FEATURES_OK) == 0) return false;
  if (!queue_start(&receive_queue, base, RECEIVE)) return false;
  if (!queue_start(&transmit_queue, base, TRANSMIT)) return false;
  set(STATUS, get(STATUS) | STATUS_DRIVER_OK);
  return true;
}

static void offer_receive(uint16_t buffer) {
  struct descriptor *descriptor = &receive_queue.descriptors[buffer];
  descriptor->address = (uint64_t)receive_buffers[buffer];
  descriptor->bytes = RECEIVE_BYTES;
  descriptor->flags = DESCRIPTOR_WRITE;
  queue_offer(&receive_queue, buffer);
}

void nic_start(void) {
  if (!start()) {
    print("network: there is no usable virtio network device\n");
    power_off_with(EXIT_NO_CARD);
  }
  for (uint32_t i = 0; i < MAC_BYTES; i++) mac[i] = mmio_read8(base + CONFIG + i);
  trap_set_handler(on_trap);
  plic_enable(irq);
  csr_set(mie, IRQ_M_EXTERNAL);
  for (uint16_t buffer = 0; buffer < QUEUE_SIZE; buffer++) offer_receive(buffer);
  queue_notify(&receive_queue);
}

const uint8_t *nic_mac(void) { return mac; }

static void sleep(void) {
  wait_for_interrupt();
  csr_set(mstatus, MSTATUS_MIE);
  csr_clear(mstatus, MSTATUS_MIE);
}

static struct used queue_wait(struct queue *queue) {
  while (!queue_has_used(queue)) sleep();
  return queue_take_used(queue);
}

void nic_send(const uint8_t *frame, uint32_t bytes) {
  // Buffers come back in any order; each frame takes the one that came back.
  uint16_t buffer = frames_sent < QUEUE_SIZE ? (uint16_t)frames_sent
                                             : (uint16_t)queue_wait(&transmit_queue).head;
  frames_sent++;
  uint8_t *to = transmit_buffers[buffer];
  for (uint32_t i = 0; i < HEADER_BYTES; i++) to[i] = 0;
  for (uint32_t i = 0; i < bytes; i++) to[HEADER_BYTES + i] = frame[i];
  transmit_queue.descriptors[buffer] = (struct descriptor){
      .address = (uint64_t)to, .bytes = HEADER_BYTES + bytes, .flags = 0, .next = 0};
  queue_offer(&transmit_queue, buffer);
  queue_notify(&transmit_queue);
}

uint32_t nic_receive(uint8_t frame[FRAME_BYTES]) {
  uint32_t bytes = 0;
  uint32_t buffers = 1;
  for (uint32_t done = 0; done < buffers; done++) {
    struct used used = queue_wait(&receive_queue);
    const uint8_t *from = receive_buffers[used.head];
    uint32_t first = 0;
    if (done == 0) {
      buffers = from[NUM_BUFFERS] | (uint32_t)from[NUM_BUFFERS + 1] << 8;
      first = HEADER_BYTES;
    }
    for (uint32_t i = first; i < used.bytes && bytes < FRAME_BYTES; i++) frame[bytes++] = from[i];
    offer_receive((uint16_t)used.head);
  }
  queue_notify(&receive_queue);
  if (buffers > 1) frames_merged++;
  return bytes;
}

uint32_t nic_merged(void) { return frames_merged; }
