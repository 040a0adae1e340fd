// PMP as a byte per page of RAM, for those who look up pages and not bytes: what S- and U-mode may do in the whole
// page, and what M-mode may. Where rules differ within a page, nothing: only `Pmp.allows` can tell.
import { PAGE_BYTES } from "../../../core/index.ts";
import { ACCESS, type Access } from "./privileged-hart.ts";

/** Bits of S and U, by ACCESS; those of M lie MACHINE_SHIFT above. */
export const PAGE_PERMISSION: Readonly<Record<Access, number>> = {
  [ACCESS.fetch]: 1,
  [ACCESS.load]: 2,
  [ACCESS.store]: 4,
};
export const MACHINE_SHIFT = 3;
export const ALL_PERMISSIONS = 7;

export interface PagePermissions {
  /** A byte per page of RAM. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly ramBase: number;
}

/** Bytes `from` up to but not including `to`, and the permission bits that hold for all pages within. */
export interface PermissionRange {
  readonly from: number;
  readonly to: number;
  readonly permissions: number;
}

/** Permission bits from those of the two kinds of privilege. */
export function permissionBits(user: number, machine: number): number {
  return user | (machine << MACHINE_SHIFT);
}

/** @param ranges the first one that has any byte of a page decides; without one only M-mode passes. */
export function paintPages(
  { bytes, ramBase }: PagePermissions,
  ranges: readonly PermissionRange[],
): void {
  bytes.fill(permissionBits(0, ALL_PERMISSIONS));
  for (const { from, to, permissions } of ranges.toReversed()) {
    const first = (from - ramBase) / PAGE_BYTES;
    const end = (to - ramBase) / PAGE_BYTES;
    if (end <= 0 || first >= bytes.length) continue;
    bytes.fill(permissions, Math.max(0, Math.ceil(first)), Math.max(0, Math.floor(end)));
    for (const border of [first, end]) {
      if (!Number.isInteger(border) && border >= 0 && border < bytes.length) {
        bytes[Math.floor(border)] = 0;
      }
    }
  }
}
