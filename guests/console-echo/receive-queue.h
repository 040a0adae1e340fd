// Bytes between the interrupt handler and the main loop.
#ifndef GUESTS_CONSOLE_ECHO_RECEIVE_QUEUE_H
#define GUESTS_CONSOLE_ECHO_RECEIVE_QUEUE_H

/// Moves what the serial port received into the queue; when it is full, stops
/// receive interrupts, and the bytes wait in the serial port.
void receive_queue_fill(void);

/// The oldest byte, or -1. Call with interrupts off.
int receive_queue_take(void);

#endif
