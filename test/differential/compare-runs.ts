// Runs a test program on QEMU and on our machine and, where they differ, narrows it down: the first block execution
// whose hash differs, then the first instruction (or cut of the block) after which a register, CSR, memory word or trap differs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultConfig } from "../../core/index.ts";
import { ARENA, COMPARED } from "./guest-layout.ts";
import { type CompilerChoice, runOnExtravirt } from "./run-on-extravirt.ts";
import { runOnQemu } from "./run-on-qemu.ts";
import { type Block, type BuildOptions, buildElf, type TestProgram } from "./test-program.ts";

export interface Comparison {
  /** Undefined where both machines agree; otherwise what differs, for a developer. */
  readonly difference: string | undefined;
  /** Instructions retired by our machine. */
  readonly steps: number;
  /** Blocks of random instructions executed. */
  readonly executions: number;
  readonly traps: number;
}

/** What is compiled when: chosen by seed, so that every family of programs meets all of them. */
const COMPILER_CHOICES: readonly CompilerChoice[] = [
  { compileAfterJumps: 1 },
  { compileAfterJumps: 4, maxCompiledInstructions: 3000 },
  {},
  { compileAfterJumps: 0 },
];

interface Outputs {
  readonly qemu: string;
  readonly ours: string;
  readonly steps: number;
}

const LONGEST_REPORT_LINES = 40;

/** @param faults injected into our machine; for proving that the comparison finds them. */
export async function compareRuns(
  program: TestProgram,
  faults: readonly FaultConfig[] = [],
): Promise<Comparison> {
  const directory = mkdtempSync(join(tmpdir(), "extravirt-differential-"));
  try {
    const runner = new Runner(program, join(directory, "program.elf"), faults);
    const { qemu, ours, steps } = await runner.run({});
    const executions = program.blocks.length * program.loops;
    const traps = Number(`0x${/^N([0-9a-f]{16})$/mu.exec(qemu)?.[1] ?? "0"}`);
    const difference = qemu === ours ? undefined : await runner.explain();
    return { difference, steps, executions, traps };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

class Runner {
  readonly #program: TestProgram;
  readonly #path: string;
  readonly #faults: readonly FaultConfig[];

  constructor(program: TestProgram, path: string, faults: readonly FaultConfig[]) {
    this.#faults = faults;
    this.#program = program;
    this.#path = path;
  }

  async run(options: BuildOptions): Promise<Outputs> {
    writeFileSync(this.#path, buildElf(this.#program, options));
    const qemu = await runOnQemu(this.#path, this.#program.qemuExtensions);
    try {
      const compiler = COMPILER_CHOICES[this.#program.seed % COMPILER_CHOICES.length] ?? {};
      const { output, steps } = await runOnExtravirt(this.#path, this.#faults, compiler);
      return { qemu, ours: output, steps };
    } catch (error) {
      return { qemu, ours: `our machine failed: ${String(error)}`, steps: 0 };
    }
  }

  async explain(): Promise<string> {
    const program = this.#program;
    const { qemu, ours } = await this.run({ printEvery: 1 });
    if (ours.startsWith("our machine failed")) return `${program.name}: ${ours}`;
    const execution = firstDifference(lines(qemu, "="), lines(ours, "="));
    if (execution === undefined) return `${program.name}: differs only when hashes are rare`;
    const block = program.blocks[execution % program.blocks.length];
    if (block === undefined) return `${program.name}: differs after the last block`;
    const listed = program.listing.filter(
      ({ address }) => address >= block.start && address < block.end,
    );
    const cuts = block.cuts ?? listed.map(({ address }) => address);
    let low = 0;
    let high = cuts.length;
    // Cut at place `low` the block agrees, at `high` it differs.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await this.#differs(execution, block, cuts[middle] ?? block.end)) high = middle;
      else low = middle;
    }
    const [from = block.start, to = block.end] = [cuts[low], cuts[high]];
    const detail = await this.run(this.#options(execution, block, to));
    const before = await this.run(this.#options(execution, block, from));
    const whole = await this.run(this.#options(execution, block, block.end));
    const shown = listed.filter(({ address }) => address >= from - 48 && address < to + 8);
    const text = shown.map(({ address, text: assembly }) => {
      const mark = address >= from && address < to ? "=> " : "   ";
      return `${mark}${address.toString(16)}  ${assembly}`;
    });
    return [
      `${program.name}: execution ${execution}, block at 0x${block.start.toString(16)}`,
      ...text,
      "differences after it (QEMU, ours):",
      ...differences(detail).slice(0, LONGEST_REPORT_LINES),
      "changes by it on QEMU (before, after):",
      ...differences({ qemu: before.qemu, ours: detail.qemu }).slice(0, LONGEST_REPORT_LINES),
      // The cut is there in every earlier execution of the block as well, which may change what comes before.
      "differences after the whole block, nothing cut (QEMU, ours):",
      ...differences(whole).slice(0, LONGEST_REPORT_LINES),
    ].join("\n");
  }

  async #differs(execution: number, block: Block, address: number): Promise<boolean> {
    const outputs = await this.run(this.#options(execution, block, address));
    return differences(outputs).length > 0;
  }

  #options(execution: number, block: Block, address: number): BuildOptions {
    const everything: BuildOptions = { printEvery: 2 ** 20, verboseAt: execution };
    return address < block.end ? { ...everything, cutAt: { block, address } } : everything;
  }
}

function lines(output: string, first: string): readonly string[] {
  return output.split("\n").filter((line) => line.startsWith(first));
}

function firstDifference(left: readonly string[], right: readonly string[]): number | undefined {
  const index = left.findIndex((line, at) => line !== right[at]);
  return index === -1 ? undefined : index;
}

/** The compared values, arena words and traps of the verbose execution that differ. */
function differences({ qemu, ours }: { qemu: string; ours: string }): readonly string[] {
  const found: string[] = [];
  const compare = (first: string, name: (index: number) => string): void => {
    const [left, right] = [lines(qemu, first), lines(ours, first)];
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      if (left[index] === right[index]) continue;
      found.push(`  ${name(index)}: ${left[index] ?? "nothing"}, ${right[index] ?? "nothing"}`);
    }
  };
  compare("R", (index) => COMPARED[index] ?? `slot ${index}`);
  compare("A", (index) => `arena 0x${(ARENA + 8 * index).toString(16)}`);
  compare("T", (index) => `trap ${index} (mcause mepc mtval)`);
  return found;
}
