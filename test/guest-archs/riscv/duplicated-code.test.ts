// Random programs do the same with duplicated instructions, and never differ from their shadows: interpreted and
// compiled, with traps, interrupts, changing page tables and two harts.
import { describe, expect, it } from "vitest";
import type { ProcessorInstrumentation } from "../../../core/index.ts";
import { DuplicatedSemantics } from "../../../plugins/instrumentation/duplicated-semantics.ts";
import { prepareBare } from "./random-code/bare-program.ts";
import { compareMachines } from "./random-code/compare-machines.ts";
import { preparePaged } from "./random-code/paged-program.ts";
import { wantedPrograms } from "./random-code/wanted-programs.ts";

const FEWEST = 30;
const MS_PER_PROGRAM = 2000;

const FAMILIES = [
  ["in M-mode", prepareBare],
  ["in S-mode, changing their page tables", preparePaged],
] as const;

function duplication(controlFlow: boolean): ProcessorInstrumentation {
  const checks = { controlFlow, loads: true };
  return {
    key: `duplication ${controlFlow}`,
    cells: 0,
    shadow: controlFlow ? "path" : "registers",
    transform:
      ({ name }) =>
      (semantics) =>
      (x) =>
        new DuplicatedSemantics(x, name, checks).emit(semantics),
    halted: (what) => {
      throw new Error(what);
    },
  };
}

describe.each(FAMILIES)("random programs %s", (_family, prepare) => {
  const seeds = wantedPrograms(FEWEST);

  it.each([true, false])(
    "do the same duplicated (control flow followed: %s)",
    (controlFlow) => {
      const instrumentation = duplication(controlFlow);
      for (const seed of seeds) {
        const { difference } = compareMachines(seed, prepare, [
          { compiler: { compileAfterJumps: 0 } },
          { instrumentation, compiler: { compileAfterJumps: 0 } },
          { instrumentation, compiler: { compileAfterJumps: 1 } },
          { instrumentation, compiler: { compileAfterJumps: 3, maxCompiledInstructions: 40 } },
        ]);
        expect(difference).toBeUndefined();
      }
    },
    seeds.length * MS_PER_PROGRAM,
  );
});
