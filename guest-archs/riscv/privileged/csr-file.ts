// CSR instructions (Unprivileged ISA "Zicsr"; access rules of Privileged ISA 1.12, 2.1).
import type { CsrHalves, CsrRow } from "./csr-row.ts";
import { CSR_BY_NUMBER } from "./csr-table.ts";
import type { HartCore } from "./hart-core.ts";

/** 1 write, 2 set, 3 clear. */
export type CsrOperation = 1 | 2 | 3;

/** See `PrivilegedHart.csr`. */
export function accessCsr(
  core: HartCore,
  number: number,
  operation: CsrOperation,
  value: bigint,
  isRead: boolean,
  isWrite: boolean,
): bigint | undefined {
  const row = accessibleRow(core, number, isWrite);
  if (row === undefined) return undefined;
  const old = isRead || operation !== 1 ? row.read(core) : 0n;
  if (isWrite && row.write !== undefined) {
    const base = operation === 1 || row.readForModify === undefined ? old : row.readForModify(core);
    row.write(core, combine(base, operation, value));
  }
  return old;
}

/**
 * The same for a value in halves. HOT: where the register has them too, no BigInt is made.
 * @param old receives the halves of the old value
 * @returns false for an illegal instruction
 */
export function accessCsrHalves(
  core: HartCore,
  number: number,
  operation: CsrOperation,
  low: number,
  high: number,
  isRead: boolean,
  isWrite: boolean,
  old: Int32Array,
): boolean {
  const halves = CSR_BY_NUMBER[number]?.halves;
  if (halves === undefined) {
    const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    const result = accessCsr(core, number, operation, value, isRead, isWrite);
    if (result === undefined) return false;
    old[0] = Number(result & 0xffff_ffffn);
    old[1] = Number(result >> 32n);
    return true;
  }
  if (accessibleRow(core, number, isWrite) === undefined) return false;
  const oldLow = halves.low(core);
  const oldHigh = halves.high(core);
  old[0] = oldLow;
  old[1] = oldHigh;
  if (isWrite) writeHalves(core, halves, operation, oldLow, oldHigh, low, high);
  return true;
}

function accessibleRow(core: HartCore, number: number, isWrite: boolean): CsrRow | undefined {
  const row = CSR_BY_NUMBER[number];
  if (row === undefined) return undefined;
  if (core.state.privilege < ((number >>> 8) & 3)) return undefined;
  if (isWrite && number >>> 10 === 3) return undefined;
  if (row.isAccessible !== undefined && !row.isAccessible(core)) return undefined;
  return row;
}

function writeHalves(
  core: HartCore,
  halves: CsrHalves,
  operation: CsrOperation,
  oldLow: number,
  oldHigh: number,
  low: number,
  high: number,
): void {
  if (operation === 1) halves.write?.(core, low, high);
  else if (operation === 2) halves.write?.(core, oldLow | low, oldHigh | high);
  else halves.write?.(core, oldLow & ~low, oldHigh & ~high);
}

function combine(base: bigint, operation: CsrOperation, value: bigint): bigint {
  const operand = BigInt.asUintN(64, value);
  if (operation === 1) return operand;
  return operation === 2 ? base | operand : base & ~operand;
}
