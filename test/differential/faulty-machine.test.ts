// The comparison finds what it is there for: one wrong bit in one result, on a machine without replication, is a
// difference from QEMU.
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareRuns } from "./compare-runs.ts";
import { COMPUTATION } from "./computation-program.ts";
import { QEMU } from "./run-on-qemu.ts";
import { generateProgram } from "./test-program.ts";

const TIMEOUT_MS = 120_000;
/** Some faults are masked: a result that nobody reads. Not all of these. */
const FAULTS_AT = [9000, 1000, 11_000, 7000];

describe("one flipped bit", () => {
  const program = generateProgram({ ...COMPUTATION, blocks: 4, loops: 8 }, 1);

  it.skipIf(!requireTool(QEMU))(
    "in the result of an instruction is reported",
    async () => {
      expect((await compareRuns(program)).difference).toBeUndefined();
      let reported: string | undefined;
      for (const at of FAULTS_AT) {
        if (reported !== undefined) break;
        const fault = { use: "result-bit-flip", replica: 0, at, bit: 9 };
        reported = (await compareRuns(program, [fault])).difference;
      }
      expect(reported).toContain("computation, seed 1: execution ");
    },
    TIMEOUT_MS,
  );
});
