// CSR instructions (Unprivileged ISA "Zicsr"; access rules of Privileged ISA 1.12, 2.1).
import { CSR_BY_NUMBER } from "./csr-table.ts";
import type { HartCore } from "./hart-core.ts";

/** See `PrivilegedHart.csr`. */
export function accessCsr(
  core: HartCore,
  number: number,
  operation: 1 | 2 | 3,
  value: bigint,
  isRead: boolean,
  isWrite: boolean,
): bigint | undefined {
  const row = CSR_BY_NUMBER[number];
  if (row === undefined) return undefined;
  if (core.state.privilege < ((number >>> 8) & 3)) return undefined;
  if (isWrite && number >>> 10 === 3) return undefined;
  if (row.isAccessible !== undefined && !row.isAccessible(core)) return undefined;
  const old = isRead || operation !== 1 ? row.read(core) : 0n;
  if (isWrite && row.write !== undefined) {
    const base = operation === 1 || row.readForModify === undefined ? old : row.readForModify(core);
    row.write(core, combine(base, operation, value));
  }
  return old;
}

function combine(base: bigint, operation: 1 | 2 | 3, value: bigint): bigint {
  const operand = BigInt.asUintN(64, value);
  if (operation === 1) return operand;
  return operation === 2 ? base | operand : base & ~operand;
}
