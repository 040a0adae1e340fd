// The blocks of a region: guest code that is compiled as one function. Addresses are offsets from the virtual start of
// the page that holds the region's first instruction (its origin), so that a region is valid at any virtual address.
import type { OperationTraits } from "./operation-traits.ts";
import { NO_REGISTERS, type RegisterSet } from "./register-set.ts";

/** A decoded instruction and where it is. Operands are slots, as in its record. */
export interface RegionInstruction {
  readonly offset: number;
  readonly length: 2 | 4;
  readonly op: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  readonly imm: number;
  readonly word: number;
  readonly traits: OperationTraits;
}

/**
 * Where a block is: its offset, plus a multiple of COPY for the copies that calls get of small functions. Offsets of
 * targets reach as far as jumps do, which is less than half of that.
 */
export const COPY: number = 2 ** 24;

export function offsetOf(place: number): number {
  return place - Math.round(place / COPY) * COPY;
}

/** How a block ends. Targets are places; there need not be a block at them. */
export type Terminator =
  | { readonly kind: "goto"; readonly target: number }
  | { readonly kind: "branch"; readonly taken: number; readonly next: number }
  | { readonly kind: "indirect"; readonly isTable: boolean }
  /** The interpreter executes the instruction at the offset `target`, whatever is compiled there. */
  | { readonly kind: "leave"; readonly target: number };

export class Block {
  readonly place: number;
  readonly offset: number;
  readonly instructions: readonly RegionInstruction[];
  readonly terminator: Terminator;
  /** Pages it lies in, counted from the origin: one, or two for a single instruction across a border. */
  readonly pages: readonly number[];
  successors: readonly Block[] = [];
  /** Reached by a computed jump of the region. */
  isTableTarget = false;

  // Found by control-flow.ts.
  /** Position in reverse postorder; -1 while unreachable. */
  order = -1;
  dominator: Block | undefined;
  children: Block[] = [];
  isLoopHead = false;
  /** Reached from more than one place other than by back edges: code of its own that branches jump to. */
  isMerge = false;
  /** Reached through the dispatcher only. */
  isDispatched = false;

  // Found by budget-checks.ts and register-flow.ts.
  /** The budget is checked on entry. */
  isCheck = false;
  /** Most steps from here to the next check. */
  stepsToCheck = 0;
  /** Registers that may differ from memory on entry. */
  dirtyIn: RegisterSet = NO_REGISTERS;
  dirtyOut: RegisterSet = NO_REGISTERS;
  /** Registers whose locals have to be right on entry. */
  liveIn: RegisterSet = NO_REGISTERS;

  constructor(
    instructions: readonly RegionInstruction[],
    place: number,
    terminator: Terminator,
    pages: readonly number[],
  ) {
    this.place = place;
    this.offset = offsetOf(place);
    this.instructions = instructions;
    this.terminator = terminator;
    this.pages = pages;
  }

  get steps(): number {
    return this.instructions.length;
  }

  get end(): number {
    const last = this.instructions.at(-1);
    return last === undefined ? this.offset : last.offset + last.length;
  }
}

export interface RegionGraph {
  readonly blocks: readonly Block[];
  /** Where the region may be entered; the first one is what it was compiled for. */
  readonly entries: readonly Block[];
  readonly byPlace: ReadonlyMap<number, Block>;
  readonly instructions: number;
}
