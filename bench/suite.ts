// The programs of the suite as they are measured, on the bare machine and inside Debian: sizes with which QEMU needs
// between one and two seconds, and how fast each has to be against it.
import { join } from "node:path";

export interface SpeedGoal {
  /** Least speed against QEMU. */
  readonly least: number;
  readonly aim?: number;
}

export interface SuiteProgram {
  /** As in `guests/bin/<name>.elf` and `guests/bin/linux/<name>.elf`. */
  readonly name: string;
  readonly iterations: number;
  readonly plain: SpeedGoal;
  /** Against QEMU counting instructions. */
  readonly icount?: SpeedGoal;
}

const FLOATING_POINT: SpeedGoal = { least: 0.8, aim: 1 };
const ANY: SpeedGoal = { least: 0.8, aim: 0.9 };

export const SUITE: readonly SuiteProgram[] = [
  {
    name: "integer",
    // Longer than the others: it shows what hot code costs once it is hot.
    iterations: 8400,
    plain: { least: 1, aim: 1.3 },
    icount: { least: 2, aim: 2.5 },
  },
  { name: "memory", iterations: 2, plain: { least: 2 } },
  { name: "numeric-fused", iterations: 120, plain: FLOATING_POINT },
  { name: "numeric-separate", iterations: 100, plain: FLOATING_POINT },
  { name: "switches", iterations: 750, plain: ANY },
  { name: "calls", iterations: 200, plain: ANY },
  { name: "cold-code", iterations: 130, plain: ANY },
  { name: "shared-page", iterations: 400, plain: ANY },
  { name: "page-border", iterations: 650, plain: ANY },
];

export const linuxProgramPath = (name: string): string =>
  join(import.meta.dirname, `../guests/bin/linux/${name}.elf`);
