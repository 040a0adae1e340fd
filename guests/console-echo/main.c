// Echoes lines in upper case. Bytes arrive by interrupt through the PLIC; the
// hart sleeps while there is nothing to do. `quit` powers off, `exit N` does so
// with exit code N. What is printed depends on the bytes typed, not on when.
#include "csr.h"
#include "finisher.h"
#include "plic.h"
#include "print.h"
#include "receive-queue.h"
#include "trap.h"
#include "uart.h"
#include <stdbool.h>

#define LINE_BYTES 200
#define BACKSPACE 0x08
#define DELETE 0x7f

static char line[LINE_BYTES + 1];

static void on_trap(struct trap_frame *frame) {
  if (frame->cause != CAUSE_M_EXTERNAL) trap_unexpected(frame);
  uint32_t irq = plic_claim();
  if (irq == UART_IRQ) receive_queue_fill();
  if (irq != 0) plic_complete(irq);
}

/// Sleeps until a byte is there. With interrupts off between the test and the
/// wfi none can slip in between; a pending one ends the wfi all the same.
static char next_byte(void) {
  for (;;) {
    csr_clear(mstatus, MSTATUS_MIE);
    int byte = receive_queue_take();
    if (byte < 0) wait_for_interrupt();
    csr_set(mstatus, MSTATUS_MIE);
    if (byte >= 0) return (char)byte;
  }
}

/// Reads and shows a line; bytes beyond LINE_BYTES are dropped.
static int read_line(void) {
  static char previous; // the '\n' of "\r\n" does not end a second line
  int length = 0;
  for (;;) {
    char before = previous;
    char byte = previous = next_byte();
    if (byte == '\n' && before == '\r') continue;
    if (byte == '\r' || byte == '\n') break;
    if (byte == BACKSPACE || byte == DELETE) {
      if (length > 0) {
        length--;
        print("\b \b");
      }
    } else if (byte >= ' ' && length < LINE_BYTES) {
      line[length++] = byte;
      uart_put((uint8_t)byte);
    }
  }
  uart_put('\n');
  line[length] = 0;
  return length;
}

/// What follows `word` in the line, or 0 when the line does not start with it.
static const char *after_word(const char *word) {
  const char *at = line;
  for (; *word != 0; word++, at++) {
    if (*at != *word) return 0;
  }
  return *at == 0 || *at == ' ' ? at : 0;
}

static void obey(void) {
  const char *rest = after_word("quit");
  if (rest != 0 && *rest == 0) {
    print("bye\n");
    power_off();
  }
  rest = after_word("exit");
  if (rest == 0 || *rest != ' ') return;
  uint32_t code = 0;
  const char *digit = rest + 1;
  for (; *digit >= '0' && *digit <= '9' && code < 256; digit++) code = code * 10 + (uint32_t)(*digit - '0');
  if (*digit != 0 || digit == rest + 1 || code > 255) {
    print("exit needs a code from 0 to 255\n");
    return;
  }
  print("exit code %u\n", code);
  power_off_with(code);
}

int main(void) {
  trap_set_handler(on_trap);
  print("console-echo: type a line; `quit` or `exit N` ends\n");
  plic_enable(UART_IRQ);
  uart_receive_interrupt(true);
  csr_set(mie, IRQ_M_EXTERNAL);
  for (;;) {
    print("> ");
    int length = read_line();
    obey();
    for (int i = 0; i < length; i++) {
      bool is_lower = line[i] >= 'a' && line[i] <= 'z';
      uart_put((uint8_t)(is_lower ? line[i] - 'a' + 'A' : line[i]));
    }
    uart_put('\n');
  }
}
