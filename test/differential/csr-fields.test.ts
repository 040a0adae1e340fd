// Random writes to CSRs read back here what they read back on QEMU; what is left out and why stands in csr-program.ts.
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareRuns } from "./compare-runs.ts";
import { CSR_FIELDS } from "./csr-program.ts";
import { QEMU } from "./run-on-qemu.ts";
import { generateProgram } from "./test-program.ts";

const TIMEOUT_MS = 120_000;
const FEWEST_STEPS = 500_000;

describe("random CSR writes", () => {
  it.skipIf(!requireTool(QEMU)).each([1, 2])(
    "of seed %i read back as on QEMU",
    async (seed) => {
      const result = await compareRuns(generateProgram(CSR_FIELDS, seed));
      expect(result.difference).toBeUndefined();
      expect(result.steps).toBeGreaterThan(FEWEST_STEPS);
    },
    TIMEOUT_MS,
  );
});
