// Which part of the address space a page-table maps: the address of what its first entry maps, with the log2 of the
// bytes that one entry maps in the low bits. Translations that came through an entry are found by it.

/** log2 of the bytes that an entry of a table at the last level maps, and of its entries. */
export const PAGE_SHIFT = 12;
export const INDEX_BITS = 9;

/** Bytes that a table at the last level maps. */
const TABLE_ALIGNMENT: number = 1 << (PAGE_SHIFT + INDEX_BITS);
const WORD_BITS = 32;

/** Bits 31 to 0 of the role of a table at `level` (0: the last) in the walk for an address. */
export function tableRoleLow(low: number, level: number): number {
  const entryShift = PAGE_SHIFT + INDEX_BITS * level;
  const tableShift = entryShift + INDEX_BITS;
  return (tableShift >= WORD_BITS ? 0 : low & (-1 << tableShift)) | entryShift;
}

/** Bits 63 to 32. */
export function tableRoleHigh(high: number, level: number): number {
  const tableShift = PAGE_SHIFT + INDEX_BITS * (level + 1) - WORD_BITS;
  return tableShift <= 0 ? high | 0 : high & (-1 << tableShift);
}

/** Whether the low half is the role of a table at the last level, entries of which map a page each. */
export function isLastLevel(roleLow: number): boolean {
  return (roleLow & (TABLE_ALIGNMENT - 1)) === PAGE_SHIFT;
}

/** Low half of the address that an entry of a table at the last level maps; the high half is that of the role. */
export function mappedLow(roleLow: number, entry: number): number {
  return (roleLow & -TABLE_ALIGNMENT) | (entry << PAGE_SHIFT);
}
