// Where the state of one hart lies in the shared memory, as 64-bit slots from the hart's base address.
// The engine's generated code and the TypeScript parts (traps, CSRs) read and write the same slots, ballots compare
// them as bytes, and faults flip bits in them: nothing architectural is kept anywhere else.

/** Slot numbers. Slots 0 to 31 are x0 (always zero) to x31. */
export const SLOT = {
  x: 0,
  /** Writes to x0 land here; never read. */
  sink: 32,
  /** f0 to f31, single-precision values NaN-boxed. */
  f: 33,
  pc: 65,
  /** Privilege mode: 0 U, 1 S, 3 M. */
  priv: 66,
  mstatus: 67,
  medeleg: 68,
  mideleg: 69,
  mie: 70,
  /** Software-writable bits of mip; line levels are ORed in from `lines`. */
  mip: 71,
  /** Levels of the interrupt lines into this hart, at their mip bit positions. */
  lines: 72,
  mtvec: 73,
  mscratch: 74,
  mepc: 75,
  mcause: 76,
  mtval: 77,
  mcounteren: 78,
  mcountinhibit: 79,
  menvcfg: 80,
  stvec: 81,
  sscratch: 82,
  sepc: 83,
  scause: 84,
  stval: 85,
  scounteren: 86,
  senvcfg: 87,
  satp: 88,
  stimecmp: 89,
  fcsr: 90,
  /** Steps this hart has executed (minstret and mcycle before the offsets a guest writes). */
  steps: 91,
  minstretOffset: 92,
  mcycleOffset: 93,
  /** LR/SC reservation: guest-physical address of the LR, or all ones. */
  reservation: 94,
  /** 1 while the hart waits (WFI), 2 while it is stopped (SBI HSM). */
  waiting: 95,
  pmpcfg0: 96,
  pmpcfg2: 97,
  /** pmpaddr0 to pmpaddr15. */
  pmpaddr: 98,
  end: 114,
} as const;

/** Bytes of the architectural slots. */
export const HART_STATE_BYTES: number = SLOT.end * 8;
