// Random cases of one floating-point instruction in the interpreter, compared with exact arithmetic.
import { NX } from "../../../guest-archs/engine/softfloat/index.ts";
import { FloatMachine, type FloatOutcome, FS } from "./float-machine.ts";
import { FloatOperands } from "./float-operands.ts";
import type { FloatInstruction, Sources } from "./float-reference.ts";

/** Cases per instruction of a usual test run. */
export const FLOAT_CASES = 600;

/** Rounding modes of instructions, with frm: to nearest more often than others, by field and by frm. */
const MODES = [
  ["rne", 0],
  ["dyn", 0],
  ["rne", 1],
  ["rtz", 0],
  ["dyn", 1],
  ["rup", 0],
  ["rdn", 0],
  ["dyn", 4],
] as const;
const FIELDS: Readonly<Record<string, number>> = { rne: 0, rtz: 1, rdn: 2, rup: 3 };
/** Of the cases to nearest even there are this many times as many. */
const NEAREST_SHARE = 4;
/** The f file is not dirty yet in one case of this many. */
const INITIAL_EVERY = 7;

export interface FloatMismatch {
  readonly sources: Sources;
  readonly mode: string;
  readonly fcsr: number;
  readonly actual: FloatOutcome;
  readonly expected: FloatOutcome;
}

const machine = new FloatMachine();

/** @returns the first cases that differ. */
export function compareFloat(
  instruction: FloatInstruction,
  cases: number,
  seed: number,
): readonly FloatMismatch[] {
  const random = new FloatOperands(seed);
  const mismatches: FloatMismatch[] = [];
  const shares = MODES.map(([, frm], index) => (index < 2 && frm === 0 ? NEAREST_SHARE : 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (const [index, [mode, frm]] of MODES.entries()) {
    machine.choose(instruction, mode);
    const count = Math.ceil((cases * (shares[index] as number)) / total);
    for (let i = 0; i < count && mismatches.length < 5; i += 1) {
      const sources = random.sources(instruction);
      const fcsr = (frm << 5) | ([0, NX, 0, NX, random.below(32)][i % 5] as number);
      const flags = { bits: 0 };
      const result = instruction.evaluate(sources, FIELDS[mode] ?? frm, flags);
      const before = i % INITIAL_EVERY === 0 ? FS.initial : FS.dirty;
      const isMarked = flags.bits !== 0 || instruction.destination === "f4";
      const status = isMarked ? FS.dirty : before;
      const expected = { result, fcsr: fcsr | flags.bits, status };
      const actual = machine.execute(instruction, sources, fcsr, before);
      if (
        actual.result !== expected.result ||
        actual.fcsr !== expected.fcsr ||
        actual.status !== expected.status
      ) {
        mismatches.push({ sources, mode, fcsr, actual, expected });
      }
    }
  }
  return mismatches;
}
