// A small printf: integers, strings and padding, straight to the serial port.
#include "print.h"
#include "uart.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_DIGITS 20

struct padding {
  int width;
  char fill;
  bool left;
};

static void put_padded(const char *text, int length, struct padding padding) {
  int missing = padding.width - length;
  if (!padding.left) {
    for (; missing > 0; missing--) uart_put(padding.fill);
  }
  for (int i = 0; i < length; i++) uart_put(text[i]);
  for (; missing > 0; missing--) uart_put(' ');
}

static void put_number(uint64_t value, bool negative, unsigned base, struct padding padding) {
  char text[MAX_DIGITS + 1];
  int at = sizeof text;
  do {
    text[--at] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  if (negative) text[--at] = '-';
  put_padded(text + at, sizeof text - at, padding);
}

static void put_string(const char *text, struct padding padding) {
  int length = 0;
  while (text[length] != 0) length++;
  put_padded(text, length, padding);
}

static const char *put_directive(const char *format, va_list *arguments) {
  struct padding padding = {.width = 0, .fill = ' ', .left = false};
  for (;; format++) {
    if (*format == '0') padding.fill = '0';
    else if (*format == '-') padding.left = true;
    else break;
  }
  for (; *format >= '0' && *format <= '9'; format++) {
    padding.width = padding.width * 10 + (*format - '0');
  }
  bool is_long = *format == 'l';
  if (is_long) format++;

  if (*format == 'd') {
    int64_t value = is_long ? va_arg(*arguments, int64_t) : va_arg(*arguments, int32_t);
    put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0, 10, padding);
  } else if (*format == 'u' || *format == 'x') {
    uint64_t value = is_long ? va_arg(*arguments, uint64_t) : va_arg(*arguments, uint32_t);
    put_number(value, false, *format == 'u' ? 10 : 16, padding);
  } else if (*format == 's') {
    put_string(va_arg(*arguments, const char *), padding);
  } else if (*format == 'c') {
    char character = (char)va_arg(*arguments, int);
    put_padded(&character, 1, padding);
  } else {
    uart_put(*format);
  }
  return format + 1;
}

void print(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  while (*format != 0) {
    if (*format == '%') format = put_directive(format + 1, &arguments);
    else uart_put(*format++);
  }
  va_end(arguments);
}
