// Virtual addresses for paging programs.
import {
  FRAMES_PER_REGION,
  GIGABYTES,
  GUARDED_FRAMES,
  INDICES,
  STRADDLING,
  STUB_BYTES,
  SUPERVISOR_CODE,
  USER_CODE,
} from "./paging-layout.ts";
import { SLOTS, type StubKind } from "./paging-stubs.ts";
import type { Random } from "./random.ts";

/** satp.MODE. */
export type Mode = bigint;

const PAGE = 4096;
const REGION_SHIFT = 21;
/** RAM's own gigabyte is where most tables lead. */
const LIKELY = [0, 0, 0, 1, 1, 2, 3, 4, 5, 6];

function pageAddress(random: Random, firstPage: number): bigint {
  const gigabyte = GIGABYTES[random.pick(LIKELY)] ?? 0n;
  const region = random.pick(INDICES.level1);
  const page = random.between(firstPage, FRAMES_PER_REGION - 2);
  return gigabyte + BigInt(region * 2 ** REGION_SHIFT + page * PAGE);
}

/** An address of data: in the middle of a page, where PMP divides pages, at the end, across the end. */
export function dataAddress(random: Random, isAligned: boolean): bigint {
  const start = random.pick([0x800, 0x8f0, 0x900, PAGE - 64]);
  const offset = start + 8 * random.below(start === 0x800 ? 7 : 4);
  if (isAligned) return pageAddress(random, 0) + BigInt(offset);
  // The page with number 0, which may lie outside of RAM, is not one that accesses leave: whether the fault of the
  // first part or of the second one comes first is free then.
  const crosses = random.chance(0.4);
  return crosses
    ? pageAddress(random, 1) + BigInt(PAGE - random.between(1, 7))
    : pageAddress(random, 0) + BigInt(offset + random.below(8));
}

/** The physical address of data that PMP entries may cover, or cover in part. */
export function guardedAddress(random: Random): bigint {
  return BigInt(random.pick(GUARDED_FRAMES) + 0x8f8 + random.below(0x30));
}

/** An address for jumps: a stub that does not jump, or an instruction that crosses into the next page. */
export function codeAddress(random: Random): bigint {
  return random.chance(0.25)
    ? pageAddress(random, 1) + BigInt(STRADDLING)
    : pageAddress(random, 0) + BigInt(random.pick(SLOTS.memory) * STUB_BYTES);
}

/** Where a stub is entered: mostly a page that the mode can execute. */
export function entryAddress(random: Random, kind: StubKind, isUser: boolean, mode: Mode): bigint {
  if (kind === "memory" && random.chance(0.25)) return codeAddress(random);
  const offset = BigInt(random.pick(SLOTS[kind]) * STUB_BYTES);
  if (random.chance(0.2)) return pageAddress(random, 0) + offset;
  const base = mode === 0n ? 0x8040_0000 : isUser ? USER_CODE : SUPERVISOR_CODE;
  return BigInt(base + random.below(FRAMES_PER_REGION) * PAGE) + offset;
}
