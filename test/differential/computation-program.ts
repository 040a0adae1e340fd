// Test programs of straight M-mode code: all computational, memory, control flow and CSR instructions, and the traps
// they can cause.
import { BRANCHES, type BranchName, type Label } from "./assembler.ts";
import {
  COMPRESSED,
  COMPRESSED_MEMORY,
  COMPRESSED_STACK,
  COMPRESSED_STACK_POINTER,
} from "./compressed-instructions.ts";
import { CSR, FLOAT_CONTROL } from "./csr-instructions.ts";
import { narrow, wide, x } from "./encode.ts";
import { FLOAT } from "./float-instructions.ts";
import { AT } from "./guest-layout.ts";
import { countTrailingZerosOfWord, INTEGER } from "./integer-instructions.ts";
import { amo, loadReserved, LOAD_STORE, storeConditional } from "./memory-instructions.ts";
import { type Maker, Operands } from "./operands.ts";
import type { ProgramFamily, ProgramParts } from "./test-program.ts";
import { emitMachineTrapHandler } from "./trap-handler.ts";
import { environmentCall, illegal } from "./trapping-instructions.ts";

const BLOCKS = 96;
const LOOPS = 48;
const FEWEST_STEPS = 24;
const MOST_STEPS = 72;
const SP = 2;
const FS = 3 << 13;
const MSTATUS = 0x300;
/** Nothing answers there on the virt machine. */
const UNMAPPED = [0x10n, 0x80n, 0x0800_0000n, 0x0a00_0000n, 0xffff_ffff_8020_0000n];

/** Emits one step of a block. */
type Step = (block: BlockWriter) => void;

interface Pending {
  readonly label: Label;
  stepsLeft: number;
}

class BlockWriter {
  readonly parts: ProgramParts;
  readonly operands: Operands;
  readonly bases: readonly number[];
  #pending: Pending[] = [];

  constructor(parts: ProgramParts, bases: readonly number[]) {
    this.parts = parts;
    this.bases = bases;
    this.operands = new Operands(parts.random, [parts.context], bases);
  }

  make(maker: Maker): void {
    this.parts.asm.emit(maker(this.operands));
  }

  /** A label that stands a few steps further on. */
  soon(): Label {
    const label = this.parts.asm.label();
    this.#pending.push({ label, stepsLeft: this.parts.random.between(1, 5) });
    return label;
  }

  stepDone(): void {
    for (const pending of this.#pending) {
      pending.stepsLeft--;
      if (pending.stepsLeft === 0) this.parts.asm.place(pending.label);
    }
    this.#pending = this.#pending.filter(({ stepsLeft }) => stepsLeft > 0);
  }

  end(): void {
    for (const { label } of this.#pending) this.parts.asm.place(label);
    this.#pending = [];
  }
}

const from =
  (makers: readonly Maker[]): Step =>
  (block) =>
    block.make(block.parts.random.pick(makers));

const compressed: Step = (block) => {
  const choices = [COMPRESSED, COMPRESSED, COMPRESSED_MEMORY];
  if (block.bases.includes(SP)) choices.push(COMPRESSED_STACK);
  else choices.push(COMPRESSED_STACK_POINTER);
  block.make(block.parts.random.pick(block.parts.random.pick(choices)));
};

/** A temporary with an address in the arena, mostly aligned. */
function atomicAddress(block: BlockWriter, isAligned: boolean): number {
  const { asm } = block.parts;
  const register = block.operands.writable();
  asm.addi(register, block.operands.base(), block.operands.offset());
  if (isAligned) asm.andi(register, register, -8);
  return register;
}

const atomic: Step = (block) => {
  const { asm, random } = block.parts;
  const address = atomicAddress(block, random.chance(0.85));
  asm.emit(amo(block.operands, address));
};

/** lr and sc of the same word, with little between them; sometimes a second sc, which must fail. */
const reservation: Step = (block) => {
  const { asm, random } = block.parts;
  const width = random.pick([2, 3]);
  const address = atomicAddress(block, true);
  const operands = new Operands(random, [block.parts.context, address], block.bases);
  asm.emit(loadReserved(operands, width, address));
  if (random.chance(0.5)) asm.emit(random.pick(INTEGER)(operands));
  asm.emit(storeConditional(operands, width, address));
  if (random.chance(0.3)) asm.emit(storeConditional(operands, width, address));
};

const branch: Step = (block) => {
  const { asm, random } = block.parts;
  const label = block.soon();
  if (random.chance(0.3)) {
    const name = random.pick(["c.beqz", "c.bnez"] as const);
    asm.compressedBranch(name, block.operands.shortRs(), label);
    return;
  }
  const name = random.pick(Object.keys(BRANCHES) as BranchName[]);
  asm.branch(name, block.operands.rs(), block.operands.rs(), label);
};

const jump: Step = (block) => {
  const { asm, random } = block.parts;
  const label = block.soon();
  const register = block.operands.writable();
  random.pick([
    () => asm.compressedJump(label),
    () => asm.jal(block.operands.rd(), label),
    () => {
      asm.address(register, label);
      // The lowest bit of the sum is ignored.
      asm.jalr(block.operands.rd(), register, random.below(2));
    },
    () => {
      asm.address(register, label);
      asm.emit(narrow(0x8002 | (register << 7), `c.jr ${x(register)}`));
    },
    () => {
      asm.address(register, label);
      asm.emit(narrow(0x9002 | (register << 7), `c.jalr ${x(register)}`));
    },
  ])();
};

const trap: Step = (block) => {
  const { asm, random } = block.parts;
  asm.emit(random.chance(0.3) ? environmentCall(random) : illegal(random));
};

/**
 * A load, store, AMO or jump to an address that nothing answers.
 * EXCLUSION: aligned addresses only. For a misaligned load outside of RAM, QEMU 7.2 reports the address of the aligned
 * access that it made instead of the one asked for.
 */
const accessFault: Step = (block) => {
  const { asm, random } = block.parts;
  const register = block.operands.writable();
  const isJump = random.chance(0.25);
  if (isJump) {
    asm.address(register, block.soon());
    asm.sd(register, block.parts.context, AT.resume);
  }
  asm.li(register, random.pick(UNMAPPED));
  if (isJump) {
    asm.jalr(block.operands.rd(), register, 0);
    return;
  }
  const operands = new Operands(random, [block.parts.context, ...block.bases], [register], 1);
  if (random.chance(0.2)) asm.emit(amo(operands, register));
  else asm.emit(random.pick(LOAD_STORE)(operands));
};

const trailingZeros: Step = (block) => {
  for (const instruction of countTrailingZerosOfWord(block.operands)) {
    block.parts.asm.emit(instruction);
  }
};

const fence: Step = (block) =>
  block.parts.asm.emit(
    block.parts.random.pick([
      wide(0x0ff0_000f, "fence"),
      wide(0x0000_100f, "fence.i"),
      wide(0x1200_0073, "sfence.vma"),
    ]),
  );

/** A stretch where floating-point instructions are illegal. */
const floatOff: Step = (block) => {
  const { asm, random } = block.parts;
  const register = block.operands.writable();
  asm.li(register, BigInt(FS));
  asm.csr(3, 0, MSTATUS, register);
  for (let count = random.between(1, 3); count > 0; count--) {
    block.make(random.pick(random.pick([FLOAT, CSR, LOAD_STORE])));
  }
  asm.li(register, BigInt(FS));
  asm.csr(2, 0, MSTATUS, register);
};

/** A short loop, sometimes long enough to become hot; its body leaves the counter alone. */
const loop: Step = (block) => {
  const { asm, random, context } = block.parts;
  const counter = random.chance(0.5) ? block.operands.shortRd() : block.operands.writable();
  const operands = new Operands(random, [context, counter], block.bases);
  asm.addi(counter, 0, random.chance(0.1) ? random.between(20, 200) : random.between(1, 6));
  const again = asm.placed();
  for (let count = random.between(1, 5); count > 0; count--) {
    asm.emit(random.pick(random.pick([INTEGER, INTEGER, LOAD_STORE, FLOAT]))(operands));
  }
  asm.addi(counter, counter, -1);
  const isShort = counter >= 8 && counter <= 15;
  if (isShort && random.chance(0.5)) asm.compressedBranch("c.bnez", counter, again);
  else asm.branch("bne", counter, 0, again);
};

type Mixture = readonly (readonly [weight: number, step: Step])[];

function mixture(integer: number, float: number): Mixture {
  return [
    [integer, from(INTEGER)],
    [float, from(FLOAT)],
    [float / 8, from(FLOAT_CONTROL)],
    [14, from(LOAD_STORE)],
    [16, compressed],
    [4, atomic],
    [2, reservation],
    [6, branch],
    [3, jump],
    [2, loop],
    [4, from(CSR)],
    [3, trap],
    [1.5, accessFault],
    [integer / 40, trailingZeros],
    [1, fence],
    [0.5, floatOff],
  ];
}

const MIXTURES: readonly Mixture[] = [mixture(30, 30), mixture(45, 4), mixture(5, 60)];

function pickStep(mix: Mixture, parts: ProgramParts): Step {
  const total = mix.reduce((sum, [weight]) => sum + weight, 0);
  let left = (parts.random.next() / 2 ** 32) * total;
  for (const [weight, step] of mix) {
    left -= weight;
    if (left < 0) return step;
  }
  throw new Error("weights do not add up");
}

/** Not x1, which c.jalr writes. x2 or another register, one of x8 to x15, and any other: pointers into the middle of the arena. */
function chooseBases({ random, context }: ProgramParts): readonly number[] {
  const any = (): number => random.pick([5, 6, 7, 16, 17, 28, 29, 30, 31]);
  const bases = new Set([random.between(8, 15), random.chance(0.6) ? SP : any(), any()]);
  bases.delete(context);
  return [...bases];
}

function emitBlock(parts: ProgramParts): undefined {
  const { asm, random, context } = parts;
  const bases = chooseBases(parts);
  const block = new BlockWriter(parts, bases);
  for (const base of bases) {
    asm.ld(base, context, AT.arenaMiddle);
    const unaligned = random.chance(0.3) ? random.between(-16, 16) : 0;
    asm.addi(base, base, random.between(-4, 4) * 8 + unaligned);
  }
  const mix = random.pick(MIXTURES);
  for (let steps = random.between(FEWEST_STEPS, MOST_STEPS); steps > 0; steps--) {
    pickStep(mix, parts)(block);
    block.stepDone();
  }
  block.end();
}

export const COMPUTATION: ProgramFamily = {
  name: "computation",
  blocks: BLOCKS,
  loops: LOOPS,
  emitSetup: () => {},
  emitTrapHandler: emitMachineTrapHandler,
  emitBlock,
  segments: () => [],
};
