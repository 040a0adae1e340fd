// The generated functions (functions.S).
#ifndef GUESTS_COLD_CODE_FUNCTIONS_H
#define GUESTS_COLD_CODE_FUNCTIONS_H

#define COLD_FUNCTIONS 4096

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint64_t cold_function(uint64_t x);

extern cold_function *const cold_functions[COLD_FUNCTIONS];
#endif

#endif
