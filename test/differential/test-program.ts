// A test program: blocks of random instructions inside a counted loop, with what is needed to build ELF files of it
// that differ only in what they print and where a block is cut short.
import { Assembler, type ListedInstruction } from "./assembler.ts";
import { cjType, jType } from "./encode.ts";
import { writeElf, type Segment } from "./elf-file.ts";
import {
  ARENA,
  ARENA_BYTES,
  AT,
  CODE,
  COMPARED_CSRS,
  CONTEXT,
  POOL,
  POOL_VALUES,
} from "./guest-layout.ts";
import { GuestRuntime } from "./guest-runtime.ts";
import { interestingValues } from "./interesting-values.ts";
import { Random } from "./random.ts";

/** The addresses of a block's own instructions. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** Where it may be cut short; undefined: at every instruction. */
  readonly cuts: readonly number[] | undefined;
}

export interface TestProgram {
  readonly name: string;
  readonly seed: number;
  readonly blocks: readonly Block[];
  readonly loops: number;
  readonly listing: readonly ListedInstruction[];
  readonly segments: readonly Segment[];
  /** Extensions that QEMU's processor needs besides ours: "name=true,...". */
  readonly qemuExtensions: string;
}

/** What a family of test programs consists of. */
export interface ProgramFamily {
  readonly name: string;
  readonly blocks: number;
  readonly loops: number;
  /** CSRs, tables; runs once, in M-mode. */
  emitSetup(parts: ProgramParts): void;
  emitTrapHandler(parts: ProgramParts): void;
  /** All registers are seeded before, folded after. @returns the `cuts` of a `Block`. */
  emitBlock(parts: ProgramParts): readonly number[] | undefined;
  /** Further memory contents. */
  segments(random: Random): readonly Segment[];
  readonly qemuExtensions?: string;
}

export interface ProgramParts {
  readonly asm: Assembler;
  readonly runtime: GuestRuntime;
  readonly random: Random;
  /** The register that points to the context; nothing else is kept in it. */
  readonly context: number;
}

export interface BuildOptions {
  /** A power of two: blocks between two printed hashes. Default 64. */
  readonly printEvery?: number;
  /** Index of the block execution that prints everything. */
  readonly verboseAt?: number;
  /** From this instruction on, its block does nothing more. */
  readonly cutAt?: { readonly block: Block; readonly address: number };
}

const DEFAULT_PRINT_EVERY = 64;
/** Registers that no instruction format or convention singles out. */
export const CONTEXT_REGISTERS: readonly number[] = [3, 4, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
const MULTIPLIER = 0x9e37_79b9_7f4a_7c15n;
const NEVER = 0xffff_ffff_ffffn;
const MTVEC = 0x305;

export function generateProgram(family: ProgramFamily, seed: number): TestProgram {
  const random = new Random(seed);
  const asm = new Assembler(CODE);
  const context = random.pick(CONTEXT_REGISTERS);
  const runtime = new GuestRuntime(asm, context);
  const parts: ProgramParts = { asm, runtime, random, context };
  const handler = asm.label();
  const again = asm.label();
  const blocks: Block[] = [];

  asm.li(context, BigInt(CONTEXT));
  asm.address(5, handler);
  asm.csr(1, 0, MTVEC, 5);
  // What earlier firmware or reset may have left differs between machines.
  for (const [, number] of COMPARED_CSRS.slice(1)) asm.csr(1, 0, number, 0);
  family.emitSetup(parts);
  asm.place(again);
  for (let index = 0; index < family.blocks; index++) {
    asm.jal(1, runtime.seed);
    const start = asm.here;
    asm.ld(1, context, AT.x + 8);
    const cuts = family.emitBlock(parts);
    blocks.push({ start, end: asm.here, cuts });
    asm.sd(1, context, AT.x + 8);
    asm.jal(1, runtime.finish);
  }
  const done = asm.label();
  asm.ld(5, context, AT.loopsLeft);
  asm.addi(5, 5, -1);
  asm.sd(5, context, AT.loopsLeft);
  asm.branch("beq", 5, 0, done);
  asm.jal(0, again);
  asm.place(done);
  asm.jal(0, runtime.exit);
  while (asm.here % 4 !== 0) asm.emit({ bytes: 2, word: 1, text: "c.nop" });
  asm.place(handler);
  family.emitTrapHandler(parts);
  runtime.emit();

  const pool = interestingValues(random, POOL_VALUES);
  const segments: Segment[] = [
    { address: CODE, bytes: asm.finish() },
    { address: CONTEXT - 2048, bytes: contextPage(random, family.loops) },
    { address: ARENA, bytes: bytesOf(interestingValues(random, ARENA_BYTES / 8)) },
    { address: POOL, bytes: bytesOf(pool) },
    ...family.segments(random),
  ];
  return {
    name: `${family.name}, seed ${seed}`,
    seed,
    blocks,
    loops: family.loops,
    listing: asm.listing,
    segments,
    qemuExtensions: family.qemuExtensions ?? "",
  };
}

function bytesOf(values: BigUint64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(values.buffer);
}

function contextPage(random: Random, loops: number): Uint8Array {
  const bytes = new Uint8Array(4096);
  const words = new DataView(bytes.buffer);
  const set = (offset: number, value: bigint): void =>
    words.setBigUint64(2048 + offset, BigInt.asUintN(64, value), true);
  set(AT.random, random.next64() | 1n);
  set(AT.loopsLeft, BigInt(loops));
  set(AT.arena, BigInt(ARENA));
  set(AT.arenaMiddle, BigInt(ARENA + ARENA_BYTES / 2));
  set(AT.pool, BigInt(POOL));
  set(AT.multiplier, MULTIPLIER);
  set(AT.isVerbose, 1n);
  set(AT.resume, BigInt(CODE));
  return bytes;
}

/** An ELF file of the program. */
export function buildElf(program: TestProgram, options: BuildOptions = {}): Uint8Array {
  const segments = program.segments.map(({ address, bytes }) => ({
    address,
    bytes: bytes.slice(),
  }));
  const [code, context] = segments;
  if (code === undefined || context === undefined)
    throw new Error("a program has code and context");
  const words = new DataView(context.bytes.buffer);
  words.setBigUint64(
    2048 + AT.printMask,
    BigInt((options.printEvery ?? DEFAULT_PRINT_EVERY) - 1),
    true,
  );
  const verboseAt = options.verboseAt === undefined ? NEVER : BigInt(options.verboseAt);
  words.setBigUint64(2048 + AT.verboseAt, verboseAt, true);
  if (options.cutAt !== undefined) cut(program, code.bytes, options.cutAt);
  return writeElf(CODE, segments);
}

/** Overwrites an instruction by a jump to the end of its block. */
function cut(
  program: TestProgram,
  code: Uint8Array,
  { block, address }: NonNullable<BuildOptions["cutAt"]>,
): void {
  const instruction = program.listing.find((line) => line.address === address);
  if (instruction === undefined) throw new Error(`no instruction at 0x${address.toString(16)}`);
  const distance = block.end - address;
  const word = instruction.bytes === 4 ? jType(0, distance) : cjType(distance);
  for (let index = 0; index < instruction.bytes; index++) {
    code[address - CODE + index] = (word >>> (8 * index)) & 0xff;
  }
}
