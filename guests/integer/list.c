// Builds a linked list, searches it, reverses it and merge-sorts it.
#include "random.h"
#include "workloads.h"
#include <stddef.h>

#define NODES 512
#define SEARCHES 64

struct node {
  struct node *next;
  uint16_t key;
  uint16_t index;
};

static struct node nodes[NODES];

static struct node *build(uint16_t seed) {
  uint64_t state = seed | 0x10000;
  struct node *head = 0;
  for (uint16_t i = 0; i < NODES; i++) {
    // 167 is coprime to NODES: neighbours in the list are far apart in memory.
    struct node *node = &nodes[(i * 167u) % NODES];
    node->key = (uint16_t)(random_next(&state) >> 20);
    node->index = i;
    node->next = head;
    head = node;
  }
  return head;
}

static struct node *reverse(struct node *head) {
  struct node *reversed = 0;
  while (head != 0) {
    struct node *rest = head->next;
    head->next = reversed;
    reversed = head;
    head = rest;
  }
  return reversed;
}

static uint32_t position_of(const struct node *head, uint16_t index) {
  uint32_t position = 0;
  for (; head != 0 && head->index != index; head = head->next) position++;
  return position;
}

static struct node *merge(struct node *left, struct node *right) {
  struct node *head = 0;
  struct node **tail = &head;
  while (left != 0 && right != 0) {
    struct node **smaller = left->key <= right->key ? &left : &right;
    *tail = *smaller;
    tail = &(*smaller)->next;
    *smaller = *tail;
  }
  *tail = left != 0 ? left : right;
  return head;
}

static struct node *sort(struct node *head, uint32_t count) {
  if (count < 2) {
    if (head != 0) head->next = 0;
    return head;
  }
  struct node *middle = head;
  for (uint32_t i = 0; i < count / 2; i++) middle = middle->next;
  struct node *right = sort(middle, count - count / 2);
  return merge(sort(head, count / 2), right);
}

uint16_t list_workload(uint16_t seed) {
  uint16_t crc = seed;
  struct node *head = build(seed);
  for (uint16_t i = 0; i < SEARCHES; i++) {
    uint16_t wanted = (uint16_t)((seed + i * 97u) % NODES);
    crc = crc16_of_word(crc, (uint16_t)position_of(head, wanted));
    if (i % 16 == 0) head = reverse(head);
  }
  head = sort(head, NODES);
  for (uint32_t i = 0; head != 0; head = head->next, i++) {
    if (i % 8 == 0) crc = crc16_of_word(crc, head->key);
  }
  return crc;
}
