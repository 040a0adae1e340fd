// Every floating-point operation gives the bits and flags that QEMU gives, in every rounding mode, on special values
// and on random ones. More of them: EXTRAVIRT_FLOAT_CASES=10000000 npx vitest run test/differential/float-vectors.test.ts
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { compareVectors } from "./compare-vectors.ts";
import { QEMU } from "./run-on-qemu.ts";
import { JOB, JOBS } from "./vector-layout.ts";
import { VECTOR_OPERATIONS } from "./vector-operations.ts";
import { generateVectorProgram, JOBS_PER_PROGRAM } from "./vector-program.ts";
import { wantedSeeds } from "./wanted-seeds.ts";

const TIMEOUT_MS = 120_000;
const USUAL_CASES = 200_000;
/** What fits into the machine's memory. */
const MOST_OPERANDS_PER_JOB = 1100;
/** Of the planted errors. */
const FEW_OPERANDS = 40;

const wantedCases = Number(process.env["EXTRAVIRT_FLOAT_CASES"] ?? USUAL_CASES);
const programs = Math.ceil(wantedCases / (JOBS_PER_PROGRAM * MOST_OPERANDS_PER_JOB));
const operandsPerJob = Math.ceil(wantedCases / programs / JOBS_PER_PROGRAM);
const firstSeed = wantedSeeds("1-1")[0] ?? 1;
const seeds = Array.from({ length: programs }, (_, index) => firstSeed + index);

describe.skipIf(!requireTool(QEMU))("floating-point test vectors", () => {
  const runs = seeds.flatMap((seed) => [
    [seed, "interpreted", { compileAfterJumps: 0 }] as const,
    [seed, "compiled", { compileAfterJumps: 10 }] as const,
  ]);

  it.each(runs)(
    `of seed %i, ${operandsPerJob} for each operation, mode and fcsr, give what QEMU gives, %s`,
    async (seed, _how, compiler) => {
      const { differences, cases } = await compareVectors(
        generateVectorProgram(seed, operandsPerJob),
        [],
        compiler,
      );
      expect(differences).toEqual([]);
      expect(cases).toBe(JOBS_PER_PROGRAM * operandsPerJob);
    },
    TIMEOUT_MS,
  );
});

describe("a program of test vectors", () => {
  const program = generateVectorProgram(7, FEW_OPERANDS);
  const { jobs } = program;
  const find = (text: string): number =>
    jobs.findIndex(({ stub, start }) => start === "clear" && stub.text.startsWith(text));

  it("has every operation of F and D, each in every rounding mode that it can have", () => {
    expect(VECTOR_OPERATIONS).toHaveLength(58);
    const texts = new Set(
      jobs.map(({ stub, fcsr }) => {
        const [, name, , rm = ""] = /^(\S+)(.*?)(?:, (r\w\w|dyn))?$/u.exec(stub.text) ?? [];
        return rm === "dyn" ? `${name} dyn ${fcsr >> 5}` : `${name} ${rm}`;
      }),
    );
    expect(texts.size).toBe(JOBS_PER_PROGRAM / 3);
  });

  it.skipIf(!requireTool(QEMU))(
    "reports an operation that rounds in the wrong mode, with operands and results",
    async () => {
      const at = find("fmul.d f") + 3;
      expect(jobs[at]?.stub.text).toMatch(/^fmul\.d .*, rtz$/u);
      // Bit 1 of the rm field: toward zero becomes up.
      const address = (jobs[at]?.stub.operationAddress ?? 0) + 1;
      const fault = { use: "memory-bit-flip", replica: 0, at: 1, address, bit: 5 };
      const { differences } = await compareVectors(program, [fault]);
      expect(differences).toHaveLength(2);
      expect(differences[0]).toMatch(
        /^vectors, seed 7, job \d+: fmul\.d f\d+, f\d+, f\d+, rtz, frm \w+, fcsr 0x\w+ \(clear\)\n {2}case \d+, registers 0x/u,
      );
      expect(differences[1]).toContain("(inexact)");
    },
    TIMEOUT_MS,
  );

  it.skipIf(!requireTool(QEMU))(
    "reports flags that are wrong where the results are right",
    async () => {
      const at = find("fsqrt.s f");
      // Bit 3 of the job's fcsr: DZ was set before.
      const fault = { use: "memory-bit-flip", replica: 0, at: 1, bit: 3 };
      const address = JOBS + at * JOB.bytes + JOB.fcsr;
      const { differences } = await compareVectors(program, [{ ...fault, address }]);
      expect(differences).toHaveLength(1);
      const [, expected, actual] =
        /QEMU (0x\w{16}) .*ours (0x\w{16}) /u.exec(differences[0] ?? "") ?? [];
      expect(actual).toBe(expected);
    },
    TIMEOUT_MS,
  );
});
