// Which code becomes a region: everything that was executed before and is reached from a hot instruction within a few
// KiB. Calls and computed jumps end a block; where they return to is an entry. What was never executed stays out: it is
// likely to be an error path, and compiling it costs more than it will ever give back.
import {
  Block,
  type RegionGraph,
  type RegionInstruction,
  type Terminator,
} from "./region-graph.ts";

const MAX_INSTRUCTIONS = 600;
const MAX_ENTRIES = 100;
/** Bytes before and after the first instruction that a region may reach. */
const SPAN = { before: 4096, after: 6144 } as const;
const PAGE = 4096;

/** Where a compiler finds instructions. */
export interface CodeSource {
  /** @returns undefined where nothing was executed yet, or where the page is not known. */
  instructionAt(offset: number): RegionInstruction | undefined;
  /** Where the computed jump at an offset was seen to lead, within its page. */
  targetsOf(offset: number): readonly number[];
  /** Slots that hold return addresses by convention: a jump to one of them is a return. */
  isLink(slot: number): boolean;
}

export function discoverRegion(source: CodeSource, start: number): RegionGraph | undefined {
  return new Discovery(source, start).run();
}

class Discovery {
  readonly #source: CodeSource;
  readonly #start: number;
  readonly #instructions: Map<number, RegionInstruction> = new Map();
  readonly #leaders: Set<number>;
  readonly #entries: Set<number>;
  readonly #tableTargets: Set<number> = new Set();
  readonly #open: number[];

  constructor(source: CodeSource, start: number) {
    this.#source = source;
    this.#start = start;
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
      block.isTableTarget = this.#tableTargets.has(block.offset);
      block.successors = this.#successors(block, blocks);
    }
    const entries = [...this.#entries]
      .map((offset) => blocks.get(offset))
      .filter((block) => block !== undefined && block.pages.length === 1) as Block[];
    if (entries[0]?.offset !== this.#start) return undefined;
    return {
      blocks: [...blocks.values()],
      entries: entries.slice(0, MAX_ENTRIES),
      byOffset: blocks,
      instructions: this.#instructions.size,
    };
  }

  /** Takes in what follows an address up to the next jump. */
  #follow(from: number): void {
    for (let at = from; ;) {
      if (this.#instructions.has(at)) {
        this.#leaders.add(at);
        return;
      }
      if (!this.#isInSpan(at) || this.#instructions.size >= MAX_INSTRUCTIONS) return;
      const instruction = this.#source.instructionAt(at);
      if (instruction === undefined) return;
      this.#instructions.set(at, instruction);
      const next = at + instruction.length;
      if (instruction.traits.control !== "next") {
        this.#followControl(instruction, next);
        return;
      }
      // A page of its own is entered by an edge, where it is checked to be mapped.
      if (isCrossing(instruction)) this.#leaders.add(at);
      if (pageOf(next) !== pageOf(at)) {
        this.#lead(next);
        return;
      }
      at = next;
    }
  }

  /** What may follow an instruction that ends a block. */
  #followControl(instruction: RegionInstruction, next: number): void {
    const { traits, offset, imm, rd, rs1 } = instruction;
    if (isCrossing(instruction)) this.#leaders.add(offset);
    const isCall = traits.writesRd && this.#source.isLink(rd);
    switch (traits.control) {
      case "branch":
        this.#lead(offset + imm);
        this.#lead(next);
        break;
      case "jump":
        if (isCall) this.#enterAt(next);
        else this.#lead(offset + imm);
        break;
      case "indirect":
        if (isCall) this.#enterAt(next);
        else if (this.#isTable(offset, rs1)) this.#leadToTable(offset);
        break;
      default:
        this.#enterAt(next);
    }
  }

  #lead(offset: number): void {
    this.#leaders.add(offset);
    this.#open.push(offset);
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
      this.#tableTargets.add(target);
      this.#lead(target);
    }
  }

  #isInSpan(offset: number): boolean {
    return offset >= this.#start - SPAN.before && offset < this.#start + SPAN.after;
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
      const { traits, offset, length, imm, rd, rs1 } = instruction;
      if (traits.control === "leave") return make({ kind: "leave", target: offset });
      instructions.push(instruction);
      at = offset + length;
      switch (traits.control) {
        case "branch":
          return make({ kind: "branch", taken: offset + imm, next: at });
        case "jump":
          return make({ kind: "goto", target: offset + imm });
        case "indirect": {
          const isCall = traits.writesRd && this.#source.isLink(rd);
          return make({ kind: "indirect", isTable: !isCall && this.#isTable(offset, rs1) });
        }
        default:
          if (isCrossing(instruction)) return make({ kind: "goto", target: at });
      }
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
