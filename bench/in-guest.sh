#!/bin/sh
# Runs in the Debian guest: /bench/run <program>=<iterations> ...
# Marks on the console when each program begins and ends; bench/program-runs.ts reads them.

# No message of the kernel between them.
echo 1 > /proc/sys/kernel/printk
echo "bench: user space"
# What the kernel still has to do after its boot would compete with the first program.
sleep 3
for job in "$@"; do
  name=${job%%=*}
  echo "bench: begin $name"
  "/bench/$name" "iterations=${job#*=}"
  echo "bench: end $name with $?"
done
