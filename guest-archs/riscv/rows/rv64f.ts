// F: single-precision floating point (Unprivileged ISA, chapter 20).
import { SINGLE } from "../float-operation.ts";
import { floatRows } from "../float-rows.ts";
import type { Row } from "../row.ts";

export const RV64F: readonly Row[] = floatRows(SINGLE);
