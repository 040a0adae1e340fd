// Walks the structure block of a flattened device tree (Devicetree
// Specification 0.4, chapter 5). All numbers in it are big-endian.
#include "device-tree.h"
#include <stdbool.h>
#include <stddef.h>

#define MAGIC 0xd00dfeedu
#define HEADER_MAGIC 0
#define HEADER_STRUCTURE 8
#define HEADER_STRINGS 12
#define TOKEN_BEGIN_NODE 1
#define TOKEN_END_NODE 2
#define TOKEN_PROPERTY 3
#define TOKEN_NOP 4

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/// Length of `prefix` when `text` starts with it, else 0.
static size_t starts_with(const char *text, const char *prefix) {
  size_t length = 0;
  while (prefix[length] != 0) {
    if (text[length] != prefix[length]) return 0;
    length++;
  }
  return length;
}

static bool equals(const char *text, const char *other) {
  size_t length = starts_with(text, other);
  return length > 0 && text[length] == 0;
}

struct found {
  uint32_t harts;
  const char *bootargs;
};

static struct found walk(const uint8_t *tree) {
  struct found found = {.harts = 0, .bootargs = 0};
  if (tree == 0 || big_endian(tree + HEADER_MAGIC) != MAGIC) return found;
  const uint8_t *at = tree + big_endian(tree + HEADER_STRUCTURE);
  const char *strings = (const char *)tree + big_endian(tree + HEADER_STRINGS);
  const char *top_node = "";
  uint32_t depth = 0; // the root node has depth 1

  for (;;) {
    uint32_t token = big_endian(at);
    at += 4;
    if (token == TOKEN_BEGIN_NODE) {
      const char *name = (const char *)at;
      depth++;
      if (depth == 2) top_node = name;
      if (depth == 3 && equals(top_node, "cpus") && starts_with(name, "cpu@") > 0) found.harts++;
      size_t length = 0;
      while (name[length] != 0) length++;
      at += (length + 4) & ~3UL;
    } else if (token == TOKEN_END_NODE) {
      depth--;
    } else if (token == TOKEN_PROPERTY) {
      uint32_t bytes = big_endian(at);
      const char *name = strings + big_endian(at + 4);
      if (depth == 2 && equals(top_node, "chosen") && equals(name, "bootargs")) {
        found.bootargs = (const char *)at + 8;
      }
      at += 8 + ((bytes + 3) & ~3u);
    } else if (token != TOKEN_NOP) {
      return found;
    }
  }
}

uint32_t device_tree_harts(const void *tree) {
  uint32_t harts = walk(tree).harts;
  return harts == 0 ? 1 : harts;
}

static bool is_digit(char character) { return character >= '0' && character <= '9'; }

uint64_t device_tree_argument(const void *tree, const char *name, uint64_t otherwise) {
  const char *at = walk(tree).bootargs;
  if (at == 0) return otherwise;
  while (*at != 0) {
    size_t length = starts_with(at, name);
    if (length > 0 && at[length] == '=' && is_digit(at[length + 1])) {
      uint64_t value = 0;
      for (at += length + 1; is_digit(*at); at++) value = value * 10 + (uint64_t)(*at - '0');
      return value;
    }
    while (*at != 0 && *at != ' ') at++;
    while (*at == ' ') at++;
  }
  return otherwise;
}
