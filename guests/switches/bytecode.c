// An interpreter of bytecode: one switch in a loop, as most interpreters are.
#include "instructions.h"
#include "parts.h"

#define MEMORY_BYTES 2048
#define STACK_DEPTH 64

static uint64_t memory[MEMORY_BYTES / 8];

#define A registers[word >> 8 & 15]
#define B registers[word >> 16 & 15]
#define C registers[word >> 24 & 15]
#define IMMEDIATE ((int64_t)(int8_t)(word >> 24))
#define WORD_AT(address) memory[(address) / 8 % (MEMORY_BYTES / 8)]
#define BYTE_AT(address) ((uint8_t *)memory)[(address) % MEMORY_BYTES]

static __attribute__((noipa)) uint64_t interpret(const uint32_t *program, uint64_t argument) {
  uint64_t registers[REGISTERS] = {argument};
  uint64_t stack[STACK_DEPTH];
  uint32_t depth = 0, at = 0;
  for (;;) {
    uint32_t word = program[at++];
    switch ((enum operation)(word & 0xff)) {
    case HALT: return A;
    case SET: A = (uint64_t)IMMEDIATE; break;
    case MOVE: A = B; break;
    case ADD: A = B + C; break;
    case ADD_IMMEDIATE: A = B + (uint64_t)IMMEDIATE; break;
    case SUBTRACT: A = B - C; break;
    case MULTIPLY: A = B * C; break;
    case DIVIDE: A = B / (C | 1); break;
    case REMAINDER: A = B % (C | 1); break;
    case AND: A = B & C; break;
    case AND_IMMEDIATE: A = B & (uint64_t)IMMEDIATE; break;
    case OR: A = B | C; break;
    case EXCLUSIVE_OR: A = B ^ C; break;
    case NOT: A = ~B; break;
    case SHIFT_LEFT: A = B << (C & 63); break;
    case SHIFT_RIGHT: A = B >> (C & 63); break;
    case SHIFT_LEFT_IMMEDIATE: A = B << (IMMEDIATE & 63); break;
    case SHIFT_RIGHT_IMMEDIATE: A = B >> (IMMEDIATE & 63); break;
    case ROTATE_IMMEDIATE: A = B << (IMMEDIATE & 63) | B >> (-IMMEDIATE & 63); break;
    case LOAD: A = WORD_AT(B + (uint64_t)IMMEDIATE); break;
    case STORE: WORD_AT(B + (uint64_t)IMMEDIATE) = A; break;
    case LOAD_BYTE: A = BYTE_AT(B + (uint64_t)IMMEDIATE); break;
    case STORE_BYTE: BYTE_AT(B + (uint64_t)IMMEDIATE) = (uint8_t)A; break;
    case JUMP: at = word >> 24; break;
    case JUMP_IF_ZERO: if (A == 0) at = word >> 24; break;
    case JUMP_IF_NOT_ZERO: if (A != 0) at = word >> 24; break;
    case JUMP_IF_LESS: if (A < B) at = word >> 24; break;
    case JUMP_IF_EQUAL: if (A == B) at = word >> 24; break;
    case CALL: stack[depth++ % STACK_DEPTH] = at; at = word >> 24; break;
    case RETURN: at = (uint32_t)stack[--depth % STACK_DEPTH]; break;
    case PUSH: stack[depth++ % STACK_DEPTH] = A; break;
    case POP: A = stack[--depth % STACK_DEPTH]; break;
    case MINIMUM: A = B < C ? B : C; break;
    case MAXIMUM: A = B > C ? B : C; break;
    case COUNT_ONES: {
      uint64_t ones = 0;
      for (uint64_t rest = B; rest != 0; rest &= rest - 1) ones++;
      A = ones;
      break;
    }
    case LOOP: if (--A != 0) at = word >> 24; break;
    }
  }
}

/// Steps of the Collatz sequences that begin with r0 and the 23 numbers behind it.
static const uint32_t COLLATZ[] = {
    /* 0 */ WORD(SET, 1, 0, 24),
    /* 1 */ WORD(SET, 9, 0, 0),
    /* 2 */ WORD(SET, 6, 0, 1),
    /* 3 */ WORD(MOVE, 2, 0, 0),
    /* 4 */ WORD(AND_IMMEDIATE, 3, 2, 1),
    /* 5 */ WORD(JUMP_IF_NOT_ZERO, 3, 0, 8),
    /* 6 */ WORD(SHIFT_RIGHT_IMMEDIATE, 2, 2, 1),
    /* 7 */ WORD(JUMP, 0, 0, 11),
    /* 8 */ WORD(SHIFT_LEFT_IMMEDIATE, 4, 2, 1),
    /* 9 */ WORD(ADD, 2, 2, 4),
    /* 10 */ WORD(ADD_IMMEDIATE, 2, 2, 1),
    /* 11 */ WORD(ADD_IMMEDIATE, 9, 9, 1),
    /* 12 */ WORD(JUMP_IF_LESS, 6, 2, 4),
    /* 13 */ WORD(ADD_IMMEDIATE, 0, 0, 1),
    /* 14 */ WORD(LOOP, 1, 0, 3),
    /* 15 */ WORD(HALT, 9, 0, 0),
};

/// Fills 96 words with numbers made from r0, sorts them by insertion, folds them into one.
static const uint32_t SORT[] = {
    /* 0 */ WORD(SET, 1, 0, 96),
    /* 1 */ WORD(SET, 2, 0, 0),
    /* 2 */ WORD(SET, 8, 0, 45),
    /* 3 */ WORD(MULTIPLY, 0, 0, 8),
    /* 4 */ WORD(ADD_IMMEDIATE, 0, 0, 77),
    /* 5 */ WORD(ROTATE_IMMEDIATE, 0, 0, 23),
    /* 6 */ WORD(SHIFT_RIGHT_IMMEDIATE, 3, 0, 48),
    /* 7 */ WORD(STORE, 3, 2, 0),
    /* 8 */ WORD(ADD_IMMEDIATE, 2, 2, 8),
    /* 9 */ WORD(LOOP, 1, 0, 3),
    /* 10 */ WORD(SET, 1, 0, 95), // the rest to sort
    /* 11 */ WORD(SET, 2, 0, 8),  // where it begins
    /* 12 */ WORD(LOAD, 3, 2, 0),
    /* 13 */ WORD(MOVE, 4, 2, 0),
    /* 14 */ WORD(JUMP_IF_ZERO, 4, 0, 20),
    /* 15 */ WORD(LOAD, 5, 4, -8),
    /* 16 */ WORD(JUMP_IF_LESS, 5, 3, 20),
    /* 17 */ WORD(STORE, 5, 4, 0),
    /* 18 */ WORD(ADD_IMMEDIATE, 4, 4, -8),
    /* 19 */ WORD(JUMP, 0, 0, 14),
    /* 20 */ WORD(STORE, 3, 4, 0),
    /* 21 */ WORD(ADD_IMMEDIATE, 2, 2, 8),
    /* 22 */ WORD(LOOP, 1, 0, 12),
    /* 23 */ WORD(SET, 1, 0, 96),
    /* 24 */ WORD(ADD_IMMEDIATE, 2, 2, -8),
    /* 25 */ WORD(LOAD, 3, 2, 0),
    /* 26 */ WORD(ROTATE_IMMEDIATE, 9, 9, 5),
    /* 27 */ WORD(EXCLUSIVE_OR, 9, 9, 3),
    /* 28 */ WORD(LOOP, 1, 0, 24),
    /* 29 */ WORD(HALT, 9, 0, 0),
};

/// A hash over bytes of the memory, with a subroutine and the rarer operations.
static const uint32_t HASH[] = {
    /* 0 */ WORD(SET, 1, 0, 120),
    /* 1 */ WORD(MOVE, 2, 0, 0),
    /* 2 */ WORD(LOAD_BYTE, 3, 2, 3),
    /* 3 */ WORD(CALL, 0, 0, 12),
    /* 4 */ WORD(STORE_BYTE, 9, 2, 7),
    /* 5 */ WORD(ADD_IMMEDIATE, 2, 2, 13),
    /* 6 */ WORD(COUNT_ONES, 5, 9, 0),
    /* 7 */ WORD(ADD, 2, 2, 5),
    /* 8 */ WORD(MINIMUM, 6, 9, 2),
    /* 9 */ WORD(SUBTRACT, 9, 9, 6),
    /* 10 */ WORD(LOOP, 1, 0, 2),
    /* 11 */ WORD(HALT, 9, 0, 0),
    /* 12 */ WORD(PUSH, 1, 0, 0),
    /* 13 */ WORD(SHIFT_LEFT, 4, 9, 3),
    /* 14 */ WORD(EXCLUSIVE_OR, 9, 4, 3),
    /* 15 */ WORD(NOT, 4, 9, 0),
    /* 16 */ WORD(SHIFT_RIGHT, 4, 4, 3),
    /* 17 */ WORD(OR, 1, 3, 4),
    /* 18 */ WORD(REMAINDER, 7, 1, 9),
    /* 19 */ WORD(DIVIDE, 8, 4, 3),
    /* 20 */ WORD(MAXIMUM, 7, 7, 8),
    /* 21 */ WORD(AND, 8, 7, 4),
    /* 22 */ WORD(ADD, 9, 9, 7),
    /* 23 */ WORD(JUMP_IF_EQUAL, 8, 7, 25),
    /* 24 */ WORD(ADD, 9, 9, 8),
    /* 25 */ WORD(POP, 1, 0, 0),
    /* 26 */ WORD(RETURN, 0, 0, 0),
};

uint64_t bytecode(uint64_t seed) {
  uint64_t steps = interpret(COLLATZ, (seed >> 11 & 0xffff) + 2);
  uint64_t sorted = interpret(SORT, seed + steps);
  return interpret(HASH, sorted) ^ steps;
}
