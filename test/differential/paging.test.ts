// Random page tables, PMP entries, delegation and privileges give the same traps, A and D bits and memory here and on
// QEMU. What is left out and why stands as EXCLUSION in the files of the program family. Other seeds as in
// computation.test.ts.
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareRuns } from "./compare-runs.ts";
import { PagingProgram } from "./paging-program.ts";
import { QEMU } from "./run-on-qemu.ts";
import { generateProgram } from "./test-program.ts";
import { wantedSeeds } from "./wanted-seeds.ts";

const TIMEOUT_MS = 120_000;
const FEWEST_STEPS = 1_000_000;
/** Every block probes several times. */
const FEWEST_TRAPS = 3000;

describe("random paging", () => {
  it.skipIf(!requireTool(QEMU)).each(wantedSeeds("1-6"))(
    "of seed %i leaves what QEMU leaves",
    async (seed) => {
      for (const hasAtomics of [false, true]) {
        const program = generateProgram(new PagingProgram(hasAtomics), seed);
        const result = await compareRuns(program);
        expect(result.difference).toBeUndefined();
        expect(result.steps).toBeGreaterThan(FEWEST_STEPS);
        expect(result.traps).toBeGreaterThan(FEWEST_TRAPS);
      }
    },
    TIMEOUT_MS,
  );
});
