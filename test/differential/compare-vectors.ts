// Runs a vector program on QEMU and on our machine and, where they differ, names operation, rounding mode, operands,
// results and flags.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultConfig } from "../../core/index.ts";
import { type CompilerChoice, runOnExtravirt } from "./run-on-extravirt.ts";
import { runOnQemu } from "./run-on-qemu.ts";
import { ROUNDING_MODES } from "./vector-operations.ts";
import { buildVectorElf, type VectorJob, type VectorProgram } from "./vector-program.ts";

export interface VectorComparison {
  /** What differs, one text per job; at most MOST_REPORTED of them. */
  readonly differences: readonly string[];
  /** Operations executed and compared. */
  readonly cases: number;
  /** Steps of our machine. */
  readonly steps: number;
}

const MOST_REPORTED = 5;
const MOST_CASES_REPORTED = 4;

/** @param faults injected into our machine; for proving that the comparison finds them. */
export async function compareVectors(
  program: VectorProgram,
  faults: readonly FaultConfig[] = [],
  compiler: CompilerChoice = {},
): Promise<VectorComparison> {
  const directory = mkdtempSync(join(tmpdir(), "extravirt-vectors-"));
  try {
    const path = join(directory, "program.elf");
    const run = async (verboseJob?: number): Promise<Outputs> => {
      writeFileSync(path, buildVectorElf(program, verboseJob));
      const qemu = await runOnQemu(path, "");
      const { output, steps } = await runOnExtravirt(path, faults, compiler);
      return { qemu, ours: output, steps };
    };
    const { qemu, ours, steps } = await run();
    const [expected, actual] = [lines(qemu, "J"), lines(ours, "J")];
    const cases = Math.min(expected.length, program.jobs.length) * program.operandsPerJob;
    const differing = program.jobs.flatMap((_job, index) =>
      expected[index] === actual[index] ? [] : [index],
    );
    const differences: string[] = [];
    for (const index of differing.slice(0, MOST_REPORTED)) {
      differences.push(explain(program, index, await run(index)));
    }
    const hidden = differing.length - differences.length;
    if (hidden > 0) differences.push(`and ${hidden} more jobs differ`);
    const traps = [lines(qemu, "T"), lines(ours, "T")];
    if (traps.flat().length > 0) differences.push(`traps (QEMU, ours): ${JSON.stringify(traps)}`);
    return { differences, cases, steps };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Outputs {
  readonly qemu: string;
  readonly ours: string;
  readonly steps: number;
}

function lines(output: string, first: string): readonly string[] {
  return output.split("\n").filter((line) => line.startsWith(first));
}

function explain(program: VectorProgram, index: number, { qemu, ours }: Outputs): string {
  const job = program.jobs[index] as VectorJob;
  const [expected, actual] = [lines(qemu, "C"), lines(ours, "C")];
  const found = Array.from({ length: program.operandsPerJob }, (_, at) => at)
    .filter((at) => expected[at] !== actual[at])
    .slice(0, MOST_CASES_REPORTED)
    .map((at) => {
      const operands = program.operands[job.firstOperands + at] ?? [];
      const registers = operands.map((register) => hex(register)).join(" ");
      return `  case ${at}, registers ${registers}: QEMU ${outcome(expected[at])}, ours ${outcome(actual[at])}`;
    });
  if (found.length === 0) found.push("  equal when every result is printed");
  const frm = ROUNDING_MODES[job.fcsr >> 5] ?? "reserved";
  const head = `${program.name}, job ${index}: ${job.stub.text}, frm ${frm}, fcsr ${hex(job.fcsr)} (${job.start})`;
  return [head, ...found].join("\n");
}

/** From a line of a case: rd, then fcsr. */
function outcome(line: string | undefined): string {
  const match = /^C([0-9a-f]{16}) 0*([0-9a-f]+)$/u.exec(line ?? "");
  return match === null ? "nothing" : `0x${match[1]} fcsr 0x${match[2]}`;
}

function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
