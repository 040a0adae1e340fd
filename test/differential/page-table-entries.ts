// Random page-table entries: leaves with every combination of bits, pointers, what is reserved or misaligned.
import {
  FRAME_REGIONS,
  FRAMES,
  GUARDED_FRAMES,
  LEVEL_0,
  LEVEL_1,
  ROOT_39,
} from "./paging-layout.ts";
import type { Random } from "./random.ts";

const [V, R, W, X, U, G, A, D] = [1n, 2n, 4n, 8n, 16n, 32n, 64n, 128n] as const;
const PAGE_BITS = 12n;
const PPN_SHIFT = 10n;
/** What software gives a page; random combinations come on top. */
const USUAL_PERMISSIONS = [R, R | W, R | W, R | X, R | W | X, R | W | X, X];
const WRITABLE = [R | W, R | W | X];

export interface EntryOptions {
  readonly level: 0 | 1 | 2 | 3;
  /** Index 0 of a level-0 table: the only page there that may lie outside of RAM. */
  readonly isFirst: boolean;
  /**
   * EXCLUSION: QEMU 7.2 with one hart loads and stores an AMO's operand as two accesses. Where the store is not
   * allowed it has set A by then, and where already the load is not allowed it does not set D; by the specification
   * an AMO is one access that needs store permission. Where AMOs run, pages have the bits set beforehand, and pages
   * that physical memory or PMP may refuse can be both read and written, or the load's refusal would come first.
   */
  readonly hasAtomics: boolean;
}

export function randomEntry(random: Random, options: EntryOptions): bigint {
  const { level } = options;
  const software = BigInt(random.below(4)) << 8n;
  const kind = random.next() / 2 ** 32;
  if (kind < 0.05) return (random.next64() & ~0x3fn) | BigInt(random.below(32) << 1);
  const reserved = kind < 0.09 ? 1n << BigInt(random.between(54, 63)) : 0n;
  const isPointer = random.chance(level === 0 ? 0.04 : 0.55);
  return (isPointer ? pointer(random, level) : leaf(random, options)) | reserved | software | V;
}

/**
 * EXCLUSION: to tables in RAM only. QEMU 7.2 reports a page fault where a page-table entry can't be read because no
 * memory answers, an access fault is right.
 */
function pointer(random: Random, level: number): bigint {
  // Level-0 tables serve at every level; their entries are then misaligned superpages or lead nowhere.
  const choices = [LEVEL_0, LEVEL_0, LEVEL_1, [ROOT_39]][level] ?? [];
  const target = random.chance(0.1) ? random.pick(LEVEL_0) : random.pick(choices);
  const reserved = random.chance(0.1) ? random.pick([A, D, U]) : 0n;
  return toPpn(target) | reserved | (random.chance(0.2) ? G : 0n);
}

function leaf(random: Random, { level, isFirst, hasAtomics }: EntryOptions): bigint {
  const isOutside = (level > 0 || isFirst) && random.chance(0.08);
  const target = isOutside ? outside(random, level) : inside(random, level);
  const mayBeRefused = isOutside || level === 3 || GUARDED_FRAMES.includes(target);
  const usual = hasAtomics && mayBeRefused ? WRITABLE : USUAL_PERMISSIONS;
  const permissions =
    random.chance(0.85) || usual === WRITABLE
      ? random.pick(usual)
      : BigInt(random.between(1, 7)) << 1n;
  let entry = toPpn(target) | permissions;
  for (const [bit, probability] of [
    [U, 0.5],
    [G, 0.2],
    [A, 0.6],
    [D, 0.5],
  ] as const) {
    if (random.chance(probability)) entry |= bit;
  }
  if (hasAtomics) entry |= A | D;
  return entry;
}

/** Frames, or superpages that hold them at the indices used; sometimes misaligned by a page. */
function inside(random: Random, level: number): number {
  if (level === 0) return random.pick(FRAMES);
  const aligned = [0, random.pick(FRAME_REGIONS), 0x8000_0000, 0][level] ?? 0;
  return random.chance(0.12) ? aligned + 4096 * random.pick([1, 2, 256]) : aligned;
}

/** Addresses that nothing answers, aligned for a leaf of the level. */
function outside(random: Random, level: number): number {
  const choices = [
    [0x8200_0000, 2 ** 40],
    [0x8200_0000, 2 ** 40, 2 ** 55],
    [0xc000_0000, 2 ** 40, 2 ** 55],
    [2 ** 40, 2 ** 55],
  ][level];
  return random.pick(choices ?? []);
}

function toPpn(address: number): bigint {
  return (BigInt(address) >> PAGE_BITS) << PPN_SHIFT;
}

/** An entry that never changes: pointer when `bits` has none of R, W and X. */
export function fixedEntry(address: number, bits: { isCode: boolean; isUser: boolean }): bigint {
  if (!bits.isCode) return toPpn(address) | V;
  return toPpn(address) | V | X | R | A | (bits.isUser ? U : 0n);
}
