// The bytecode: 32-bit words of operation, target register, and two operand registers or
// a signed immediate in the place of the second.
#ifndef GUESTS_SWITCHES_INSTRUCTIONS_H
#define GUESTS_SWITCHES_INSTRUCTIONS_H
#include <stdint.h>

enum operation {
  HALT, SET, MOVE, ADD, ADD_IMMEDIATE, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, AND, AND_IMMEDIATE,
  OR, EXCLUSIVE_OR, NOT, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_LEFT_IMMEDIATE, SHIFT_RIGHT_IMMEDIATE,
  ROTATE_IMMEDIATE, LOAD, STORE, LOAD_BYTE, STORE_BYTE, JUMP, JUMP_IF_ZERO, JUMP_IF_NOT_ZERO,
  JUMP_IF_LESS, JUMP_IF_EQUAL, CALL, RETURN, PUSH, POP, MINIMUM, MAXIMUM, COUNT_ONES, LOOP
};

#define REGISTERS 16

/// `b` is a register, `c` a register or an immediate from -128 to 127. Jumps go to word
/// `b * 256 + c` of the program; those that compare two registers take `a` and `b`, and are
/// followed by a word with the target.
#define WORD(operation, a, b, c)                                                                   \
  ((uint32_t)(operation) | (uint32_t)(a) << 8 | (uint32_t)(b) << 16 | (uint32_t)((c) & 0xff) << 24)

#endif
