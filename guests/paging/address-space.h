// Virtual addresses the supervisor uses.
//
//   0x0010_0000  4 KiB   finisher             0x1000_0000  4 KiB  serial port
//   0x4000_0000  4 MiB   demand-mapped pages  0x4100_0000  2 MiB  windows into RAM
//   0x5000_0000  4 KiB.. user code            0x5800_0000  8 KiB  pages with special rights
//   0x8000_0000  1 GiB   RAM at its own address, one gigapage
#ifndef GUESTS_PAGING_ADDRESS_SPACE_H
#define GUESTS_PAGING_ADDRESS_SPACE_H

#define FINISHER_PAGE 0x00100000UL
#define SERIAL_PAGE 0x10000000UL
#define DEMAND_START 0x40000000UL
#define DEMAND_BYTES 0x00400000UL
#define WINDOW 0x41000000UL
#define USER_CODE 0x50000000UL
#define USER_STACK_TOP (DEMAND_START + DEMAND_BYTES)
#define SPECIAL 0x58000000UL
#define RAM 0x80000000UL

#endif
