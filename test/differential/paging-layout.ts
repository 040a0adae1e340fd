// Where paging programs keep page tables and frames, and which virtual addresses they touch. Tables are read at the
// indices of these addresses only, so few entries of each matter.
//
// | frame, bytes  | contents                                                                        |
// |---------------|---------------------------------------------------------------------------------|
// | 0 to 7        | data written by stores that cross into the page, or the rest of an instruction  |
// | 0x20 to 0x7ff | stubs, 32 bytes each, the same in every frame but for the frame's number         |
// | 0x800 up      | data; the last two bytes may be the first half of an instruction                |

const PAGE = 4096;

/** Two 2 MiB regions of frames; region n stands at index n of a level-1 table behind RAM's own gigabyte. */
export const FRAME_REGIONS: readonly number[] = [0x8040_0000, 0x8060_0000];
/** Virtual page numbers 0 to 9 are used, and 10 by what crosses out of 9. */
export const FRAMES_PER_REGION = 11;
/** Frames that PMP entries restrict; each has an unused page after it (see paging-pmp.ts). */
export const GUARDED_FRAMES: readonly number[] = [0, 1, 2, 3].map(
  (index) => 0x80a0_0000 + index * 2 * PAGE,
);
export const FRAMES: readonly number[] = [
  ...FRAME_REGIONS.flatMap((base) =>
    Array.from({ length: FRAMES_PER_REGION }, (_, index) => base + index * PAGE),
  ),
  ...GUARDED_FRAMES,
];

const TABLES = 0x8080_0000;
const table = (index: number): number => TABLES + index * PAGE;
/** Root of Sv48; its first entry leads to ROOT_39. */
export const ROOT_48: number = table(0);
/** Root of Sv39, level 2 of Sv48. */
export const ROOT_39: number = table(1);
/** Level 1 of the gigabyte at 2 GiB; three of its entries never change. */
export const FIXED_LEVEL_1: number = table(2);
export const LEVEL_1: readonly number[] = [table(3), table(4)];
export const LEVEL_0: readonly number[] = [table(5), table(6), table(7), table(8)];

/** Indices that virtual addresses use. */
export const INDICES: Readonly<
  Record<"root48" | "root39" | "level1" | "level0", readonly number[]>
> = {
  root48: [1, 511],
  root39: [4, 5, 300, 511],
  level1: [2, 3],
  level0: Array.from({ length: FRAMES_PER_REGION }, (_, index) => index),
};

/** Physical, and virtual for S-mode in every translation mode: a page of ecalls, where stvec points. */
export const SUPERVISOR_HANDLER = 0x80c0_0000;
/** Virtual: the first region of frames, always executable in S-mode and in U-mode. */
export const SUPERVISOR_CODE = 0x80e0_0000;
export const USER_CODE = 0x8100_0000;
/** Physical: what the setup code of the family works from. */
export const FRAME_LIST = 0x80d0_0000;
export const RANGE_LIST = 0x80d0_1000;

/** The first byte of each gigabyte that is used: low half, high half, two that are not canonical in Sv39, in either. */
export const GIGABYTES: readonly bigint[] = [
  0x8000_0000n,
  0x1_0000_0000n,
  0x1_4000_0000n,
  0xffff_ffcb_0000_0000n,
  0xffff_ffff_c000_0000n,
  0x80_8000_0000n,
  0x1_0000_8000_0000n,
];

export const STUB_BYTES = 32;
/** Offset of the last halfword of a page: an instruction of 4 bytes there crosses into the next page. */
export const STRADDLING: number = PAGE - 2;

/** Bytes of every frame that are compared. */
export const COMPARED_DATA: readonly { readonly offset: number; readonly bytes: number }[] = [
  { offset: 0, bytes: 8 },
  { offset: 0x800, bytes: 64 },
  { offset: 0x8c0, bytes: 128 },
  { offset: PAGE - 64, bytes: 64 },
];
