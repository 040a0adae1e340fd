// The 16550 serial port at 0x10000000, one byte per register.
//
//   offset 0  RBR/THR  received byte / byte to send
//   offset 1  IER      bit 0: interrupt when a byte was received
//   offset 5  LSR      bit 0: byte received, bit 5: room to send
//
// The FIFOs stay off: turning them on drops a byte that is already there.
#ifndef GUESTS_UART_H
#define GUESTS_UART_H
#include <stdbool.h>
#include <stdint.h>

#define UART_IRQ 10

void uart_put(uint8_t byte);
/// The next received byte, or -1 when there is none.
int uart_try_get(void);
void uart_receive_interrupt(bool enabled);

#endif
