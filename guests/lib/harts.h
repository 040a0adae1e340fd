// Numbers shared by the assembly start-up code and the C sources.
#ifndef GUESTS_HARTS_H
#define GUESTS_HARTS_H

#define MAX_HARTS 8
#define HART_STACK_BYTES 16384
#define TRAP_STACK_BYTES 4096

#define MSTATUS_FS_INITIAL 0x2000
#define MIE_MSIE 8
#define CLINT_MSIP 0x2000000

#endif
