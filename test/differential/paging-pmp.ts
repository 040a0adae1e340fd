// Random PMP entries of paging programs: page tables and frames that cannot be read, written or executed.
//
// Entry 15 opens everything to all modes, the entries before it restrict. Never restricted: the roots of the page
// tables, the level-1 table and page of the S-mode trap handler, so that every trap gets somewhere.
//
// EXCLUSIONS
// - Restricted page tables are unreadable: QEMU 7.2 updates A and D in tables that PMP makes read-only.
// - A restricted frame is followed by a page under the same entry: for an access that crosses out of a page, QEMU 7.2
//   asks PMP about the physical bytes behind the page instead of the second page's.
// - Entries smaller than a page lie among data: QEMU 7.2 asks for a stretch of instructions once.
// - No entry of 4 bytes: QEMU 7.2 looks at the first and last byte of an access only, and so misses an entry in the
//   middle of a misaligned one.
import { GUARDED_FRAMES, LEVEL_0, LEVEL_1 } from "./paging-layout.ts";
import type { ProgramParts } from "./test-program.ts";

const [R, W, X] = [1, 2, 4] as const;
const [TOR, NAPOT] = [0x08, 0x18] as const;
const PERMISSIONS = [0, R, R | W, R | X, X, R | W | X];
const [PMPCFG0, PMPCFG2, PMPADDR0] = [0x3a0, 0x3a2, 0x3b0] as const;
const ENTRIES = 8;
const LAST_ENTRY = 15;
const [T0, T1] = [5, 6] as const;
const PAGE = 4096;

interface Entry {
  readonly address: bigint;
  readonly cfg: number;
}

export function emitOpenPmp({ asm }: ProgramParts): void {
  asm.li(T0, (1n << 54n) - 1n);
  asm.csr(1, 0, PMPADDR0 + LAST_ENTRY, T0);
  asm.li(T0, BigInt(NAPOT | R | W | X) << 56n);
  asm.csr(1, 0, PMPCFG2, T0);
}

/** Entries 0 to 7 off: an access that an entry covers in part fails in M-mode as well. */
export function emitNoPmp({ asm }: ProgramParts): void {
  asm.csr(1, 0, PMPCFG0, 0);
}

/** Replaces entries 0 to 7. */
export function emitRandomPmp(parts: ProgramParts): void {
  const { asm, random } = parts;
  const entries: Entry[] = [];
  for (let count = random.below(4); count > 0; count--) {
    const some = random.pick([unreadableTable, guardedFrame, guardedRange, partOfFrame])(parts);
    if (entries.length + some.length <= ENTRIES) entries.push(...some);
  }
  let configuration = 0n;
  for (const [index, { address, cfg }] of entries.entries()) {
    configuration |= BigInt(cfg) << BigInt(8 * index);
    asm.li(T1, address);
    asm.csr(1, 0, PMPADDR0 + index, T1);
  }
  asm.li(T0, configuration);
  asm.csr(1, 0, PMPCFG0, T0);
}

/** pmpaddr of a power of two of bytes, 8 or more. */
function napot(address: number, bytes: number): bigint {
  return (BigInt(address) >> 2n) | BigInt(bytes / 8 - 1);
}

function unreadableTable({ random }: ProgramParts): readonly Entry[] {
  const table = random.pick([...LEVEL_0, ...LEVEL_1]);
  return [{ address: napot(table, PAGE), cfg: NAPOT | random.pick([0, X]) }];
}

function guardedFrame({ random }: ProgramParts): readonly Entry[] {
  const cfg = NAPOT | random.pick(PERMISSIONS);
  return [{ address: napot(random.pick(GUARDED_FRAMES), 2 * PAGE), cfg }];
}

/** From one guarded frame to the end of another one, by two entries. */
function guardedRange({ random }: ProgramParts): readonly Entry[] {
  const first = random.below(GUARDED_FRAMES.length);
  const last = random.between(first, GUARDED_FRAMES.length - 1);
  const [from = 0, to = 0] = [GUARDED_FRAMES[first], GUARDED_FRAMES[last]];
  return [
    { address: BigInt(from) >> 2n, cfg: 0 },
    { address: BigInt(to + 2 * PAGE) >> 2n, cfg: TOR | random.pick(PERMISSIONS) },
  ];
}

function partOfFrame({ random }: ProgramParts): readonly Entry[] {
  const at = random.pick(GUARDED_FRAMES) + 0x900;
  const permissions = random.pick(PERMISSIONS);
  return random.pick<readonly Entry[]>([
    [{ address: napot(at, random.pick([8, 16, 32])), cfg: NAPOT | permissions }],
    [
      { address: BigInt(at + 4) >> 2n, cfg: 0 },
      { address: BigInt(at + 24) >> 2n, cfg: TOR | permissions },
    ],
  ]);
}
