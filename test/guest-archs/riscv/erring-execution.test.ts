// An interpreter that errs by nothing does what the others do, and an error is the same however it is reached.
import { describe, expect, it } from "vitest";
import type { StuckFault } from "../../../core/index.ts";
import type { BareMetal } from "./bare-metal.ts";
import { prepareBare } from "./random-code/bare-program.ts";
import { compareMachines, type Compared } from "./random-code/compare-machines.ts";
import { preparePaged } from "./random-code/paged-program.ts";
import { wantedPrograms } from "./random-code/wanted-programs.ts";

const INTERPRETED = { compileAfterJumps: 0 };
const COMPILED = { compileAfterJumps: 1 };

function stick(machine: BareMetal, fault: StuckFault): void {
  if (machine.processor.faults === undefined) throw new Error("there are no faults");
  machine.processor.faults.stick(fault);
}

/** No bits: nothing is stuck, but everything is executed as if something was. */
const nothing = { bit: 0, width: 0, value: 1 } as const;

const NEUTRAL: readonly Compared[] = [
  { compiler: INTERPRETED },
  {
    compiler: COMPILED,
    disturb: (machine) => stick(machine, { site: "result", ...nothing }),
  },
  {
    compiler: INTERPRETED,
    disturb: (machine) => stick(machine, { site: "register", register: "pc", ...nothing }),
  },
];

const PROGRAMS = [
  ["on the bare machine", prepareBare],
  ["under paging", preparePaged],
] as const;

describe("machines that err by nothing", { timeout: 120_000 }, () => {
  it.each(PROGRAMS)("do the same as others, %s", (_, prepare) => {
    let traps = 0n;
    for (const seed of wantedPrograms(12)) {
      const found = compareMachines(seed, prepare, NEUTRAL);
      expect(found.difference).toBeUndefined();
      traps += found.traps;
    }
    expect(traps).toBeGreaterThan(0n);
  });
});

describe("stuck bits", { timeout: 120_000 }, () => {
  it.each([
    ["an integer register", { site: "register", register: "x10", bit: 2, width: 1, value: 1 }],
    ["a float register", { site: "register", register: "f3", bit: 50, width: 8, value: 0 }],
    ["a control register", { site: "register", register: "mscratch", bit: 1, width: 1, value: 1 }],
    ["results", { site: "result", bit: 1, width: 1, value: 0 }],
  ] as const)("of %s are the same compiled or not, however the run is cut", (_, fault) => {
    const disturb = (machine: BareMetal): void => stick(machine, fault);
    const stuck = [
      { compiler: INTERPRETED, disturb },
      { compiler: COMPILED, disturb },
    ];
    for (const seed of wantedPrograms(6)) {
      expect(compareMachines(seed, prepareBare, stuck).difference).toBeUndefined();
    }
  });
});
