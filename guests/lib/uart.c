// Polled output and input of the 16550; see uart.h for the registers.
#include "uart.h"
#include "mmio.h"

#define UART 0x10000000UL
#define THR (UART + 0)
#define RBR (UART + 0)
#define IER (UART + 1)
#define LSR (UART + 5)
#define IER_RECEIVED 0x01
#define LSR_RECEIVED 0x01
#define LSR_ROOM_TO_SEND 0x20

void uart_put(uint8_t byte) {
  while ((mmio_read8(LSR) & LSR_ROOM_TO_SEND) == 0) {
  }
  mmio_write8(THR, byte);
}

int uart_try_get(void) {
  if ((mmio_read8(LSR) & LSR_RECEIVED) == 0) return -1;
  return mmio_read8(RBR);
}

void uart_receive_interrupt(bool enabled) {
  mmio_write8(IER, enabled ? IER_RECEIVED : 0);
}
