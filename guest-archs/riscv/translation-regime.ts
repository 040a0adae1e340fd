// Which TLB set belongs to a privilege and status: what a translation depends on besides satp and PMP
// (Privileged ISA 1.12, 3.1.6.3, 4.3.1). The frequent combinations have a set of their own; all others share one,
// which is cleared whenever the combination changes.

const MODE_U = 0;
const MODE_S = 1;
const MODE_M = 3;
const MSTATUS_MPRV = 1 << 17;
const MSTATUS_SUM = 1 << 18;
const MSTATUS_MXR = 1 << 19;
const MSTATUS_MPP = 3 << 11;

export const TLB_SETS = 5;
export const SHARED_SET = 4;

/** @returns the set for a privilege mode and the low half of mstatus. */
export function tlbSetOf(privilege: number, status: number): number {
  if ((status & (MSTATUS_MPRV | MSTATUS_MXR)) !== 0) return SHARED_SET;
  if (privilege === MODE_U) return 0;
  if (privilege === MODE_S) return (status & MSTATUS_SUM) === 0 ? 1 : 2;
  // Privilege 2 does not exist, but a fault may set it.
  return privilege === MODE_M ? 3 : SHARED_SET;
}

/** Equal for equal translations in the shared set. */
export function sharedSetKey(privilege: number, status: number): number {
  return (status & (MSTATUS_MPRV | MSTATUS_MXR | MSTATUS_SUM | MSTATUS_MPP)) | privilege;
}
