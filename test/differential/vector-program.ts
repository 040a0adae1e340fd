// A program that executes floating-point operations on tables of operands. A job is one operation in one rounding mode
// on one range of operands: its results and flags are hashed, "J" and the hash printed; of a verbose job every result
// is printed as well, "C" and rd, then fcsr.
//
// Each operation stands in a tight loop of its own, in two forms: one sets fcsr before every operation and stores it
// after, the other lets flags accrue and stores fcsr once, so that its loop has no CSR instruction.
import { Assembler } from "./assembler.ts";
import { type Segment, writeElf } from "./elf-file.ts";
import { AT, CODE, CONTEXT } from "./guest-layout.ts";
import { Random } from "./random.ts";
import { END, JOB, JOBS, OPERANDS, OPERANDS_BYTES } from "./vector-layout.ts";
import { VectorMain } from "./vector-main.ts";
import { type Operands, VectorOperands } from "./vector-operands.ts";
import {
  DYNAMIC,
  ROUNDING_MODES,
  VECTOR_OPERATIONS,
  type VectorOperation,
} from "./vector-operations.ts";
import { emitStub, type Stub } from "./vector-stub.ts";

/** fcsr before the operations: no flag, or NX; or no flag before the first one only. */
const STARTS = ["clear", "inexact", "accruing"] as const;
const NX = 1;
const MULTIPLIER = 0x9e37_79b9_7f4a_7c15n;

export interface VectorJob {
  readonly stub: Stub;
  readonly start: (typeof STARTS)[number];
  readonly fcsr: number;
  /** Of its first operands in the program's table. */
  readonly firstOperands: number;
}

export interface VectorProgram {
  readonly name: string;
  readonly code: Uint8Array;
  readonly jobs: readonly VectorJob[];
  /** Operands of each job. */
  readonly operandsPerJob: number;
  readonly operands: readonly Operands[];
}

/** One operation with one rounding mode field; `frms` are the values of frm to go with it. */
interface Field {
  readonly rm: number;
  readonly frms: readonly number[];
}

/** Jobs of a program: each of them executes `operandsPerJob` operations. */
export const JOBS_PER_PROGRAM: number = VECTOR_OPERATIONS.reduce(
  (sum, { hasRoundingMode }) =>
    sum + STARTS.length * (hasRoundingMode ? 2 * ROUNDING_MODES.length : 1),
  0,
);

/** Programs of consecutive seeds go on with the directed operands where the one before stopped. */
export function generateVectorProgram(seed: number, operandsPerJob: number): VectorProgram {
  const random = new Random(seed);
  const stubs = new Assembler(CODE);
  const operands: Operands[] = [];
  const jobs: VectorJob[] = [];
  new VectorMain(stubs).emit(JOBS_PER_PROGRAM);
  for (const operation of VECTOR_OPERATIONS) {
    const source = new VectorOperands(operation, random.next());
    for (const { rm, frms } of fieldsOf(operation, random)) {
      const emit = (isAccruing: boolean): Stub =>
        emitStub(stubs, random, operation, rm, isAccruing);
      const [recording, accruing] = [emit(false), emit(true)];
      const slice = 2 * seed + (rm === DYNAMIC ? 1 : 0);
      for (const frm of frms) {
        const firstOperands = operands.length;
        operands.push(...operandsOf(source, slice, operandsPerJob));
        for (const start of STARTS) {
          const stub = start === "accruing" ? accruing : recording;
          const fcsr = (frm << 5) | (start === "inexact" ? NX : 0);
          jobs.push({ stub, start, fcsr, firstOperands });
        }
      }
    }
  }
  const end = OPERANDS + operands.length * OPERANDS_BYTES;
  if (end > END) throw new RangeError(`${operandsPerJob} operands per job do not fit into RAM`);
  return { name: `vectors, seed ${seed}`, code: stubs.finish(), jobs, operandsPerJob, operands };
}

/** Static modes, with any other mode in frm, and the dynamic one. */
function fieldsOf({ hasRoundingMode }: VectorOperation, random: Random): readonly Field[] {
  if (!hasRoundingMode) return [{ rm: 0, frms: [random.below(8)] }];
  const modes = ROUNDING_MODES.map((_name, mode) => mode);
  return [
    ...modes.map((rm) => ({ rm, frms: [(rm + random.between(1, 7)) % 8] })),
    { rm: DYNAMIC, frms: modes },
  ];
}

/** Directed and random ones in turn. */
function operandsOf(source: VectorOperands, slice: number, count: number): readonly Operands[] {
  const firstDirected = slice * Math.ceil(count / 2);
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? source.directed(firstDirected + index / 2) : source.random(),
  );
}

/** @param verboseJob index of the job that prints every result. */
export function buildVectorElf(program: VectorProgram, verboseJob?: number): Uint8Array {
  const jobs = new BigUint64Array((program.jobs.length * JOB.bytes) / 8);
  for (const [index, { stub, fcsr, firstOperands }] of program.jobs.entries()) {
    const set = (offset: number, value: number): void => {
      jobs[(index * JOB.bytes + offset) / 8] = BigInt(value);
    };
    const start = OPERANDS + firstOperands * OPERANDS_BYTES;
    set(JOB.stub, stub.address);
    set(JOB.operands, start);
    set(JOB.operandsEnd, start + program.operandsPerJob * OPERANDS_BYTES);
    set(JOB.fcsr, fcsr);
    set(JOB.isVerbose, index === verboseJob ? 1 : 0);
  }
  const context = new BigInt64Array(4096 / 8);
  context[(2048 + AT.multiplier) / 8] = BigInt.asIntN(64, MULTIPLIER);
  const segments: readonly Segment[] = [
    { address: CODE, bytes: program.code },
    { address: CONTEXT - 2048, bytes: new Uint8Array(context.buffer) },
    { address: JOBS, bytes: new Uint8Array(jobs.buffer) },
    {
      address: OPERANDS,
      bytes: new Uint8Array(BigUint64Array.from(program.operands.flat()).buffer),
    },
  ];
  return writeElf(CODE, segments);
}
