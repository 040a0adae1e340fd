// Where a test program keeps what. Both machines have the same RAM and run the program from its start.

export const RAM_BYTES: number = 32 * 2 ** 20;
/** The first byte of RAM, which is also the entry point. */
export const CODE = 0x8000_0000;
/** The context register points into the middle, so that 12-bit offsets reach 2 KiB either way. */
export const CONTEXT = 0x8020_0800;
export const ARENA = 0x8020_2000;
export const ARENA_BYTES = 8192;
export const POOL = 0x8020_4000;
/** Start indices are drawn from 0 to 2047, then up to 32 values follow. */
export const POOL_VALUES: number = 2048 + 32;
export const UART = 0x1000_0000;
export const FINISHER = 0x10_0000;
export const FINISHER_PASS = 0x5555;

/** CSRs compared after every block, in the order of their slots. */
export const COMPARED_CSRS = [
  ["fcsr", 0x003],
  ["mscratch", 0x340],
  ["sscratch", 0x140],
  ["scause", 0x142],
  ["stval", 0x143],
  ["mcause", 0x342],
  ["mtval", 0x343],
] as const;

/** Names of the values compared after every block, in the order of their slots. */
export const COMPARED: readonly string[] = [
  ...Array.from({ length: 32 }, (_, index) => `x${index}`),
  ...Array.from({ length: 32 }, (_, index) => `f${index}`),
  ...COMPARED_CSRS.map(([name]) => name),
];

/** Offsets from the context register, in bytes. */
export const AT = {
  x: 0,
  f: 256,
  csrs: 512,
  hash: -8,
  random: -16,
  /** Where to go on after a jump to an address that cannot be fetched. */
  resume: -24,
  /** Blocks executed so far. */
  executed: -32,
  /** A hash is printed when `executed` & this is 0. */
  printMask: -40,
  /** The execution that prints everything. */
  verboseAt: -48,
  isVerbose: -56,
  loopsLeft: -64,
  link: -72,
  innerLink: -80,
  arena: -88,
  pool: -96,
  multiplier: -104,
  traps: -112,
  /** Address of the middle of the arena. */
  arenaMiddle: -128,
  /** Not 0: traps may come from AMOs (see resuming-trap-handler.ts). */
  hasAtomics: -136,
  saved: -256,
} as const;

export function xSlot(register: number): number {
  return AT.x + 8 * register;
}

export function fSlot(register: number): number {
  return AT.f + 8 * register;
}
