// Runs a program of the suite on the bare machine: `iterations=` comes from /chosen/bootargs.
#include "device-tree.h"
#include "finisher.h"
#include "program.h"

int main(uint64_t hart, const void *device_tree);

int main(uint64_t hart, const void *device_tree) {
  (void)hart;
  int exit_code =
      program(device_tree_argument(device_tree, "iterations", program_default_iterations));
  power_off_with((uint32_t)exit_code);
}
