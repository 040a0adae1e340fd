// Fields of mstatus and sstatus (Privileged ISA 1.12, 3.1.6 and 4.1.1). The writable ones lie in bits 31 to 0;
// SD, UXL and SXL are derived when the register is read and have no storage.

export const MSTATUS = {
  SIE: 0x2,
  MIE: 0x8,
  SPIE: 0x20,
  MPIE: 0x80,
  SPP: 0x100,
  MPP: 0x1800,
  FS: 0x6000,
  MPRV: 0x20000,
  SUM: 0x40000,
  MXR: 0x80000,
  TVM: 0x100000,
  TW: 0x200000,
  TSR: 0x400000,
} as const;

export const MPP_SHIFT = 11;
export const FS_DIRTY: number = 3 << 13;

/** Bits that `csrw sstatus` changes. */
export const SSTATUS_WRITABLE: number =
  MSTATUS.SIE | MSTATUS.SPIE | MSTATUS.SPP | MSTATUS.FS | MSTATUS.SUM | MSTATUS.MXR;

/** Bits that `csrw mstatus` changes. */
export const MSTATUS_WRITABLE: number =
  SSTATUS_WRITABLE |
  MSTATUS.MIE |
  MSTATUS.MPIE |
  MSTATUS.MPP |
  MSTATUS.MPRV |
  MSTATUS.TVM |
  MSTATUS.TW |
  MSTATUS.TSR;

/** UXL = 2 (64 bits), as sstatus shows it. */
export const UXL_64: bigint = 2n << 32n;
/** SXL = 2 (64 bits). */
export const SXL_64: bigint = 2n << 34n;
const SD: bigint = 1n << 63n;

export function isFloatDirty(status: number): boolean {
  return (status & MSTATUS.FS) === FS_DIRTY;
}

/** SD: set while FS is dirty. */
export function summaryDirty(status: number): bigint {
  return isFloatDirty(status) ? SD : 0n;
}

/** The privilege that loads and stores use (3.1.6.3): MPP while MPRV is set. */
export function dataPrivilege(status: number, privilege: number): number {
  return (status & MSTATUS.MPRV) === 0 ? privilege : (status & MSTATUS.MPP) >>> MPP_SHIFT;
}
