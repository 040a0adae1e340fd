// The two things the guests ask the flattened device tree for.
#ifndef GUESTS_DEVICE_TREE_H
#define GUESTS_DEVICE_TREE_H
#include <stdint.h>

/// Nodes /cpus/cpu@*; 1 when there is no readable tree at the address.
uint32_t device_tree_harts(const void *tree);

/// The number behind `name` and "=" in /chosen/bootargs ("iterations=20"), or `otherwise`.
uint64_t device_tree_argument(const void *tree, const char *name, uint64_t otherwise);

#endif
