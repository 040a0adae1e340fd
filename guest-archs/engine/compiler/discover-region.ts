// Which code becomes a region: everything that was executed before and is reached from a hot instruction within a few
// KiB. Calls and computed jumps end a block; where they return to is an entry. A call of a small function that calls no other
// gets a copy of it: nothing has to be stored and loaded for it then. What was never executed stays out: it is
// likely to be an error path, and compiling it costs more than it will ever give back.
import type { CodeSource } from "./code-source.ts";
import { LeafFunctions } from "./leaf-functions.ts";
import {
  Block,
  COPY,
  offsetOf,
  type RegionGraph,
  type RegionInstruction,
  type Terminator,
} from "./region-graph.ts";

const MAX_INSTRUCTIONS = 600;
const MAX_ENTRIES = 100;
/** Bytes before and after the first instruction that a region may reach. */
const SPAN = { before: 4096, after: 6144 } as const;
const PAGE = 4096;

export function discoverRegion(source: CodeSource, start: number): RegionGraph | undefined {
  return new Discovery(source, start).run();
}

class Discovery {
  readonly #source: CodeSource;
  readonly #start: number;
  readonly #leaves: LeafFunctions;
  /** By place. */
  readonly #instructions: Map<number, RegionInstruction> = new Map();
  readonly #leaders: Set<number>;
  readonly #entries: Set<number>;
  readonly #tableTargets: Set<number> = new Set();
  readonly #open: number[];
  /** First copies by the place of their call, and the places they return to. */
  readonly #copies: Map<number, number> = new Map();
  readonly #returns: number[] = [];

  constructor(source: CodeSource, start: number) {
    this.#source = source;
    this.#start = start;
    this.#leaves = new LeafFunctions(source);
    this.#leaders = new Set([start]);
    this.#entries = new Set([start]);
    this.#open = [start];
  }

  run(): RegionGraph | undefined {
    const seen = new Set<number>();
    for (let at = this.#open.shift(); at !== undefined; at = this.#open.shift()) {
      if (seen.has(at)) continue;
      seen.add(at);
      this.#follow(at);
    }
    const blocks = new Map<number, Block>();
    for (const leader of this.#leaders) {
      if (this.#instructions.has(leader)) blocks.set(leader, this.#block(leader));
    }
    for (const block of blocks.values()) {
      block.isTableTarget = this.#tableTargets.has(block.place);
      block.successors = this.#successors(block, blocks);
    }
    const entries = [...this.#entries]
      .map((offset) => blocks.get(offset))
      .filter((block) => block !== undefined && block.pages.length === 1) as Block[];
    if (entries[0]?.place !== this.#start) return undefined;
    return {
      blocks: [...blocks.values()],
      entries: entries.slice(0, MAX_ENTRIES),
      byPlace: blocks,
      instructions: this.#instructions.size,
    };
  }

  /** Takes in what follows a place up to the next jump. */
  #follow(from: number): void {
    for (let at = from; ;) {
      if (this.#instructions.has(at)) {
        this.#leaders.add(at);
        return;
      }
      if (!this.#isInSpan(at) || this.#instructions.size >= MAX_INSTRUCTIONS) return;
      const instruction = this.#source.instructionAt(offsetOf(at));
      if (instruction === undefined) return;
      this.#instructions.set(at, instruction);
      const next = at + instruction.length;
      // Whoever goes to another page checks that it is mapped: edges do.
      if (isCrossing(instruction)) this.#leaders.add(at);
      if (instruction.traits.control !== "next") {
        this.#followControl(instruction, at, next);
        return;
      }
      if (pageOf(offsetOf(next)) !== pageOf(offsetOf(at))) {
        this.#lead(next);
        return;
      }
      at = next;
    }
  }

  /** What may follow an instruction that ends a block. */
  #followControl(instruction: RegionInstruction, at: number, next: number): void {
    const { traits, offset, imm, rs1 } = instruction;
    switch (traits.control) {
      case "branch":
        this.#lead(at + imm);
        this.#lead(next);
        break;
      case "jump":
        if (!this.#isCall(instruction)) this.#lead(at + imm);
        else if (this.#copy(instruction, at, next)) this.#lead(next);
        else this.#enterAt(next);
        break;
      case "indirect":
        if (at !== offset) break;
        if (this.#isCall(instruction)) this.#enterAt(next);
        else if (this.#isTable(offset, rs1)) this.#leadToTable(offset);
        break;
      default:
        if (at === offset) this.#enterAt(next);
    }
  }

  #isCall({ traits, rd }: RegionInstruction): boolean {
    return traits.writesRd && this.#source.isLink(rd);
  }

  /** Gives a call a copy of the function it calls. @returns whether it is one that may be copied */
  #copy({ offset, imm, rd }: RegionInstruction, at: number, next: number): boolean {
    const length = this.#leaves.lengthOf(offset + imm, rd);
    if (length === undefined || this.#instructions.size + length > MAX_INSTRUCTIONS) return false;
    const copy = this.#returns.push(next) * COPY;
    this.#copies.set(at, copy);
    this.#lead(copy + offset + imm);
    return true;
  }

  #lead(place: number): void {
    this.#leaders.add(place);
    this.#open.push(place);
  }

  #enterAt(offset: number): void {
    if (this.#source.instructionAt(offset) === undefined) return;
    this.#entries.add(offset);
    this.#lead(offset);
  }

  /** Tables lead from the page of the region's origin into the same page: no check of its mapping is needed. */
  #isTable(jump: number, source: number): boolean {
    return pageOf(jump) === 0 && !this.#source.isLink(source);
  }

  #leadToTable(jump: number): void {
    for (const target of this.#source.targetsOf(jump)) {
      const first = this.#source.instructionAt(target);
      if (first === undefined || isCrossing(first)) continue;
      this.#tableTargets.add(target);
      this.#lead(target);
    }
  }

  #isInSpan(place: number): boolean {
    const isCopy = offsetOf(place) !== place;
    return isCopy || (place >= this.#start - SPAN.before && place < this.#start + SPAN.after);
  }

  #block(leader: number): Block {
    const instructions: RegionInstruction[] = [];
    let at = leader;
    const make = (terminator: Terminator): Block =>
      new Block(instructions, leader, terminator, pagesOf(instructions));
    for (;;) {
      const instruction = this.#instructions.get(at);
      if (instruction === undefined || (at !== leader && this.#leaders.has(at))) {
        return make({ kind: "goto", target: at });
      }
      if (instruction.traits.control === "leave") {
        return make({ kind: "leave", target: instruction.offset });
      }
      instructions.push(instruction);
      const terminator = this.#terminator(instruction, at);
      if (terminator !== undefined) return make(terminator);
      at += instruction.length;
    }
  }

  /** @returns undefined where the block goes on behind the instruction. */
  #terminator(instruction: RegionInstruction, at: number): Terminator | undefined {
    const { traits, offset, length, imm, rs1 } = instruction;
    const next = at + length;
    switch (traits.control) {
      case "branch":
        return { kind: "branch", taken: at + imm, next };
      case "jump": {
        const copy = this.#copies.get(at);
        return { kind: "goto", target: copy === undefined ? at + imm : copy + offset + imm };
      }
      case "indirect": {
        // All computed jumps of copies are returns.
        const returnTo = this.#returns[(at - offset) / COPY - 1];
        if (returnTo !== undefined) return { kind: "goto", target: returnTo };
        return {
          kind: "indirect",
          isTable: !this.#isCall(instruction) && this.#isTable(offset, rs1),
        };
      }
      default:
        return isCrossing(instruction) ? { kind: "goto", target: next } : undefined;
    }
  }

  #successors(block: Block, blocks: ReadonlyMap<number, Block>): Block[] {
    const { terminator } = block;
    const targets: (Block | undefined)[] = [];
    if (terminator.kind === "goto") targets.push(blocks.get(terminator.target));
    if (terminator.kind === "branch") {
      targets.push(blocks.get(terminator.taken), blocks.get(terminator.next));
    }
    if (terminator.kind === "indirect" && terminator.isTable) {
      for (const target of this.#tableTargets) targets.push(blocks.get(target));
    }
    return [...new Set(targets)].filter((target) => target !== undefined);
  }
}

export function pageOf(offset: number): number {
  return Math.floor(offset / PAGE);
}

function isCrossing({ offset, length }: RegionInstruction): boolean {
  return pageOf(offset) !== pageOf(offset + length - 1);
}

function pagesOf(instructions: readonly RegionInstruction[]): readonly number[] {
  const pages = new Set<number>();
  for (const { offset, length } of instructions) {
    pages.add(pageOf(offset));
    pages.add(pageOf(offset + length - 1));
  }
  return [...pages];
}
