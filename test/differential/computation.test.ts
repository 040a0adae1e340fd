// Random M-mode programs give the same registers, memory and traps here and on QEMU. Other seeds:
// EXTRAVIRT_DIFFERENTIAL_SEEDS=1000-1099 npx vitest run test/differential
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareRuns } from "./compare-runs.ts";
import { COMPUTATION } from "./computation-program.ts";
import { QEMU } from "./run-on-qemu.ts";
import { buildElf, generateProgram } from "./test-program.ts";
import { wantedSeeds } from "./wanted-seeds.ts";

const TIMEOUT_MS = 120_000;
/** Fewest instructions that each seed must execute. */
const FEWEST_STEPS = 2_000_000;
const FEWEST_TRAPS = 2000;

describe("random computation", () => {
  it("is the same program for the same seed, another one for another seed", () => {
    const [first, again, other] = [5, 5, 6].map((seed) =>
      buildElf(generateProgram(COMPUTATION, seed)),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it.skipIf(!requireTool(QEMU)).each(wantedSeeds("1-8"))(
    "of seed %i leaves what QEMU leaves",
    async (seed) => {
      const result = await compareRuns(generateProgram(COMPUTATION, seed));
      expect(result.difference).toBeUndefined();
      expect(result.steps).toBeGreaterThan(FEWEST_STEPS);
      expect(result.traps).toBeGreaterThan(FEWEST_TRAPS);
    },
    TIMEOUT_MS,
  );
});
