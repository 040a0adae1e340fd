// Exception codes of mcause and scause (Privileged ISA 1.12, table 3.6).

export const CAUSE = {
  instructionMisaligned: 0,
  instructionAccess: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccess: 5,
  storeMisaligned: 6,
  storeAccess: 7,
  ecallFromU: 8,
  ecallFromS: 9,
  ecallFromM: 11,
  instructionPage: 12,
  loadPage: 13,
  storePage: 15,
} as const;

/** Access faults, indexed by ACCESS. */
export const ACCESS_FAULT: readonly [number, number, number] = [
  CAUSE.instructionAccess,
  CAUSE.loadAccess,
  CAUSE.storeAccess,
];

/** Page faults, indexed by ACCESS. */
export const PAGE_FAULT: readonly [number, number, number] = [
  CAUSE.instructionPage,
  CAUSE.loadPage,
  CAUSE.storePage,
];

/** Exceptions that medeleg may delegate: all but ecall from M. */
export const DELEGABLE = 0xb3ffn;
