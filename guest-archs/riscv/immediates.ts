// Immediates of the 32-bit instruction formats (Unprivileged ISA, section 2.3), decoded and encoded.

export interface Immediate {
  /** @returns the value, sign-extended. */
  decode(word: number): number;
  /** @returns the bits that the value takes in an instruction word. */
  encode(value: number): number;
}

/** Bits `high` to `low` of a number, shifted down. */
export function bits(word: number, high: number, low: number): number {
  return (word >>> low) & (2 ** (high - low + 1) - 1);
}

export const NO_IMMEDIATE: Immediate = { decode: () => 0, encode: () => 0 };

export const I_IMMEDIATE: Immediate = {
  decode: (word) => word >> 20,
  encode: (value) => (value & 0xfff) << 20,
};

export const S_IMMEDIATE: Immediate = {
  decode: (word) => ((word >> 25) << 5) | bits(word, 11, 7),
  encode: (value) => (bits(value, 11, 5) << 25) | (bits(value, 4, 0) << 7),
};

export const B_IMMEDIATE: Immediate = {
  decode: (word) =>
    ((word >> 31) << 12) |
    (bits(word, 7, 7) << 11) |
    (bits(word, 30, 25) << 5) |
    (bits(word, 11, 8) << 1),
  encode: (value) =>
    (bits(value, 12, 12) << 31) |
    (bits(value, 10, 5) << 25) |
    (bits(value, 4, 1) << 8) |
    (bits(value, 11, 11) << 7),
};

/** The value is already shifted: its low 12 bits are zero. */
export const U_IMMEDIATE: Immediate = {
  decode: (word) => word & 0xffff_f000,
  encode: (value) => value & 0xffff_f000,
};

export const J_IMMEDIATE: Immediate = {
  decode: (word) =>
    ((word >> 31) << 20) |
    (bits(word, 19, 12) << 12) |
    (bits(word, 20, 20) << 11) |
    (bits(word, 30, 21) << 1),
  encode: (value) =>
    (bits(value, 20, 20) << 31) |
    (bits(value, 10, 1) << 21) |
    (bits(value, 11, 11) << 20) |
    (bits(value, 19, 12) << 12),
};

/** Shift amounts of 64-bit shifts. */
export const SHAMT6: Immediate = {
  decode: (word) => bits(word, 25, 20),
  encode: (value) => (value & 63) << 20,
};

/** Shift amounts of 32-bit shifts. */
export const SHAMT5: Immediate = {
  decode: (word) => bits(word, 24, 20),
  encode: (value) => (value & 31) << 20,
};

/** The number of a CSR, unsigned. */
export const CSR_NUMBER: Immediate = {
  decode: (word) => word >>> 20,
  encode: (value) => (value & 0xfff) << 20,
};
