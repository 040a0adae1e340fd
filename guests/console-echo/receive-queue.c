// A ring of bytes; `added` and `taken` count for ever and wrap harmlessly.
#include "receive-queue.h"
#include "uart.h"

#define RING_BYTES 256

static uint8_t ring[RING_BYTES];
static uint32_t added;
static uint32_t taken;
static bool is_stopped;

void receive_queue_fill(void) {
  while (added - taken < RING_BYTES) {
    int byte = uart_try_get();
    if (byte < 0) return;
    ring[added++ % RING_BYTES] = (uint8_t)byte;
  }
  is_stopped = true;
  uart_receive_interrupt(false);
}

int receive_queue_take(void) {
  if (added == taken) return -1;
  uint8_t byte = ring[taken++ % RING_BYTES];
  if (is_stopped) {
    is_stopped = false;
    uart_receive_interrupt(true);
  }
  return byte;
}
