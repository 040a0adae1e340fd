// Compiled code does what interpreted code does: random programs on machines that differ in what they compile when.
// EXTRAVIRT_CODE_SEEDS=1000-1999 tries other programs (`npm run soak`).
import { describe, expect, it } from "vitest";
import { prepareBare } from "./random-code/bare-program.ts";
import { compareMachines } from "./random-code/compare-machines.ts";
import { preparePaged } from "./random-code/paged-program.ts";
import { wantedPrograms } from "./random-code/wanted-programs.ts";

const FEWEST = 50;
const MS_PER_PROGRAM = 1000;

const FAMILIES = [
  ["in M-mode", prepareBare],
  ["in S-mode, changing their page tables", preparePaged],
] as const;

describe.each(FAMILIES)("random programs %s", (_family, prepare) => {
  const seeds = wantedPrograms(FEWEST);

  it(
    "do the same interpreted and compiled, however the run is cut",
    () => {
      let trapping = 0;
      for (const seed of seeds) {
        const { difference, traps } = compareMachines(seed, prepare);
        expect(difference).toBeUndefined();
        if (traps !== 0n) trapping += 1;
      }
      expect(trapping).toBeGreaterThan(seeds.length / 2);
    },
    seeds.length * MS_PER_PROGRAM,
  );
});
