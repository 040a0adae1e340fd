// The instructions of the processor: one line per extension.
import type { Row } from "./row.ts";
import { PRIVILEGED } from "./rows/privileged.ts";
import { RV64A } from "./rows/rv64a.ts";
import { RV64D } from "./rows/rv64d.ts";
import { RV64F } from "./rows/rv64f.ts";
import { RV64I } from "./rows/rv64i.ts";
import { RV64M } from "./rows/rv64m.ts";
import { ZBA } from "./rows/zba.ts";
import { ZBB } from "./rows/zbb.ts";
import { ZBS } from "./rows/zbs.ts";
import { ZICSR } from "./rows/zicsr.ts";
import { ZIFENCEI } from "./rows/zifencei.ts";

export const INSTRUCTIONS: readonly Row[] = [
  ...RV64I,
  ...RV64M,
  ...RV64A,
  ...RV64F,
  ...RV64D,
  ...ZBA,
  ...ZBB,
  ...ZBS,
  ...ZICSR,
  ...ZIFENCEI,
  ...PRIVILEGED,
];
