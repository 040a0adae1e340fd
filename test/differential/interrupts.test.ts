// Of interrupts that are pending together, the same one is taken, by the same mode and vector, as on QEMU. Other seeds
// as in computation.test.ts.
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareRuns } from "./compare-runs.ts";
import { InterruptProgram } from "./interrupt-program.ts";
import { QEMU } from "./run-on-qemu.ts";
import { generateProgram } from "./test-program.ts";
import { wantedSeeds } from "./wanted-seeds.ts";

const TIMEOUT_MS = 120_000;
const FEWEST_STEPS = 500_000;
/** Every block enters a mode several times, each ends in an interrupt or an ecall. */
const FEWEST_TRAPS = 2000;

describe("random interrupts", () => {
  it.skipIf(!requireTool(QEMU)).each(wantedSeeds("1-4"))(
    "of seed %i are taken as on QEMU",
    async (seed) => {
      const result = await compareRuns(generateProgram(new InterruptProgram(), seed));
      expect(result.difference).toBeUndefined();
      expect(result.steps).toBeGreaterThan(FEWEST_STEPS);
      expect(result.traps).toBeGreaterThan(FEWEST_TRAPS);
    },
    TIMEOUT_MS,
  );
});
