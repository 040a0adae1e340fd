// The memory of paging programs: initial tables and frames, and two routines that work on all of them.
import type { Label } from "./assembler.ts";
import type { Segment } from "./elf-file.ts";
import { AT } from "./guest-layout.ts";
import { interestingValues } from "./interesting-values.ts";
import { fixedEntry } from "./page-table-entries.ts";
import {
  COMPARED_DATA,
  FIXED_LEVEL_1,
  FRAME_LIST,
  FRAME_REGIONS,
  FRAMES,
  INDICES,
  LEVEL_0,
  LEVEL_1,
  RANGE_LIST,
  ROOT_39,
  ROOT_48,
  STRADDLING,
  SUPERVISOR_HANDLER,
} from "./paging-layout.ts";
import { frameCodes } from "./paging-stubs.ts";
import type { Random } from "./random.ts";
import type { ProgramParts } from "./test-program.ts";

const PAGE = 4096;
const ECALL = 0x73n;
/** The first half of "addi x29": any second half completes it. */
const ADDI_X29 = 0x0e93n;

export interface Place {
  readonly level: 0 | 1 | 2 | 3;
  readonly address: number;
  readonly isFirst: boolean;
}

function places(
  level: Place["level"],
  inTables: readonly number[],
  indices: readonly number[],
): readonly Place[] {
  return inTables.flatMap((table) =>
    indices.map((index) => ({ level, address: table + 8 * index, isFirst: index === 0 })),
  );
}

/** Every entry that programs change. */
export const ENTRY_PLACES: Readonly<Record<"upper" | "lowest", readonly Place[]>> = {
  upper: [
    ...places(3, [ROOT_48], INDICES.root48),
    ...places(2, [ROOT_39], INDICES.root39),
    ...places(1, [FIXED_LEVEL_1, ...LEVEL_1], INDICES.level1),
  ],
  lowest: places(0, LEVEL_0, INDICES.level0),
};

export interface Routines {
  /** Writes both halves of the instructions that cross out of pages. Link x5, changes x6, x7, x28 to x30. */
  readonly straddlers: Label;
  /** Copies all that is compared into the arena; x10 = its hash. Link x5, changes x6, x7, x11 to x14. */
  readonly collect: Label;
}

export function emitRoutines(parts: ProgramParts): Routines {
  const after = parts.asm.label();
  parts.asm.jal(0, after);
  const straddlers = parts.asm.placed();
  emitStraddlers(parts);
  const collect = parts.asm.placed();
  emitCollect(parts);
  parts.asm.place(after);
  return { straddlers, collect };
}

/** The second half depends on the frame, after it stands an ecall. */
function emitStraddlers({ asm }: ProgramParts): void {
  const done = asm.label();
  asm.li(6, BigInt(FRAME_LIST));
  const next = asm.placed();
  asm.ld(7, 6, 0);
  asm.branch("beq", 7, 0, done);
  asm.li(28, ADDI_X29);
  asm.li(29, BigInt(STRADDLING));
  asm.add(29, 29, 7);
  asm.sh(28, 29, 0);
  asm.slli(30, 7, 36);
  asm.srli(30, 30, 48);
  asm.li(28, ECALL << 16n);
  asm.add(30, 30, 28);
  asm.sd(30, 7, 0);
  asm.addi(6, 6, 8);
  asm.jal(0, next);
  asm.place(done);
  asm.jalr(0, 5, 0);
}

function emitCollect({ asm, runtime, context }: ProgramParts): void {
  const done = asm.label();
  asm.li(6, BigInt(RANGE_LIST));
  asm.ld(7, context, AT.arena);
  asm.addi(10, 0, 0);
  asm.ld(11, context, AT.multiplier);
  const nextRange = asm.placed();
  asm.ld(12, 6, 0);
  asm.ld(13, 6, 8);
  asm.branch("beq", 12, 0, done);
  asm.addi(6, 6, 16);
  const nextWord = asm.placed();
  asm.ld(14, 12, 0);
  asm.sd(14, 7, 0);
  runtime.fold(10, 14, 11);
  asm.addi(12, 12, 8);
  asm.addi(7, 7, 8);
  asm.addi(13, 13, -1);
  asm.branch("bne", 13, 0, nextWord);
  asm.jal(0, nextRange);
  asm.place(done);
  asm.jalr(0, 5, 0);
}

export function pagingSegments(random: Random): readonly Segment[] {
  const codes = frameCodes(random, FRAMES.length);
  const frames = FRAMES.map((address, index): Segment => {
    const bytes = new Uint8Array(interestingValues(random, PAGE / 8).buffer);
    bytes.set(codes[index] ?? []);
    return { address, bytes };
  });
  const ranges = [...ENTRY_PLACES.upper, ...ENTRY_PLACES.lowest].map(({ address }) => [address, 1]);
  for (const frame of FRAMES) {
    for (const { offset, bytes } of COMPARED_DATA) ranges.push([frame + offset, bytes / 8]);
  }
  return [
    ...frames,
    { address: ROOT_48, bytes: tables() },
    {
      address: SUPERVISOR_HANDLER,
      bytes: doublewords(Array(PAGE / 8).fill((ECALL << 32n) | ECALL)),
    },
    { address: FRAME_LIST, bytes: doublewords([...FRAMES, 0].map(BigInt)) },
    { address: RANGE_LIST, bytes: doublewords([...ranges.flat(), 0, 0].map(BigInt)) },
  ];
}

/** Everything invalid but the ways to the S-mode trap handler and to the first region of frames. */
function tables(): Uint8Array {
  const bytes = new Uint8Array((1 + 1 + 1 + LEVEL_1.length + LEVEL_0.length) * PAGE);
  const view = new DataView(bytes.buffer);
  const set = (table: number, index: number, entry: bigint): void =>
    view.setBigUint64(table - ROOT_48 + 8 * index, entry, true);
  set(ROOT_48, 0, fixedEntry(ROOT_39, { isCode: false, isUser: false }));
  set(ROOT_39, 2, fixedEntry(FIXED_LEVEL_1, { isCode: false, isUser: false }));
  const [region = 0] = FRAME_REGIONS;
  set(FIXED_LEVEL_1, 6, fixedEntry(SUPERVISOR_HANDLER, { isCode: true, isUser: false }));
  set(FIXED_LEVEL_1, 7, fixedEntry(region, { isCode: true, isUser: false }));
  set(FIXED_LEVEL_1, 8, fixedEntry(region, { isCode: true, isUser: true }));
  return bytes;
}

function doublewords(values: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values).buffer);
}
