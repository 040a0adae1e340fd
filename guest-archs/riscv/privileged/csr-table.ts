// All CSRs of a hart. A register is added by one row in the file of its group.
import { COUNTER_ROWS } from "./csr-counters.ts";
import { ENVIRONMENT_ROWS } from "./csr-environment.ts";
import { FLOAT_ROWS } from "./csr-float.ts";
import { INTERRUPT_ROWS } from "./csr-interrupts.ts";
import { PMP_ROWS } from "./csr-pmp.ts";
import type { CsrRow } from "./csr-row.ts";
import { STATUS_ROWS } from "./csr-status.ts";
import { TRAP_ROWS } from "./csr-traps.ts";

export const CSR_ROWS: readonly CsrRow[] = [
  ...FLOAT_ROWS,
  ...STATUS_ROWS,
  ...INTERRUPT_ROWS,
  ...TRAP_ROWS,
  ...ENVIRONMENT_ROWS,
  ...COUNTER_ROWS,
  ...PMP_ROWS,
];

/** Rows by number, 4096 entries; undefined where no register exists. */
export const CSR_BY_NUMBER: readonly (CsrRow | undefined)[] = byNumber();

function byNumber(): readonly (CsrRow | undefined)[] {
  const table: (CsrRow | undefined)[] = Array.from({ length: 4096 }, () => undefined);
  for (const row of CSR_ROWS) table[row.number] = row;
  return table;
}
