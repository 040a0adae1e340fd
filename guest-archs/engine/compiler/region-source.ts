// What a compiler reads: the records of the pages around a hot instruction, as far as they were executed.
import type { GuestMemory } from "../../../core/index.ts";
import type { InstructionSet } from "../code-cache.ts";
import { PSEUDO_OP, RECORD, RECORD_BYTES_PER_CODE_BYTE } from "../record-layout.ts";
import type { CodeSource } from "./code-source.ts";
import type { OperationTraits } from "./operation-traits.ts";
import type { RegionInstruction } from "./region-graph.ts";

const PAGE = 4096;

/** A page that a region may use. */
export interface SourcePage {
  /** Address of its block of records. */
  readonly block: number;
  /** Number of the page in RAM. */
  readonly page: number;
}

export interface SourceEnvironment {
  readonly memory: GuestMemory;
  readonly view: DataView<SharedArrayBuffer>;
  readonly instructionSet: InstructionSet;
  /** Offsets in the page to which the computed jump at an offset of it was seen to lead. */
  targetsOf(page: number, offset: number): readonly number[];
  traitsOf(op: number): OperationTraits;
  isLink(slot: number): boolean;
}

export class RegionSource implements CodeSource {
  readonly #environment: SourceEnvironment;
  readonly #pages: ReadonlyMap<number, SourcePage>;

  /** @param pages by their distance from the region's origin */
  constructor(environment: SourceEnvironment, pages: ReadonlyMap<number, SourcePage>) {
    this.#environment = environment;
    this.#pages = pages;
  }

  isLink(slot: number): boolean {
    return this.#environment.isLink(slot);
  }

  instructionAt(offset: number): RegionInstruction | undefined {
    const { view } = this.#environment;
    const record = this.#recordAt(offset);
    if (record === undefined) return undefined;
    const op = view.getUint16(record + RECORD.op, true);
    if (op === PSEUDO_OP.decode) return undefined;
    if (op === PSEUDO_OP.crossing) return this.#crossing(offset);
    return this.#instruction(offset, view.getUint32(record + RECORD.word, true));
  }

  /** From the bits alone: other replicas compare them with their memory, and nothing else. */
  #instruction(offset: number, bits: number): RegionInstruction {
    const { instructionSet, traitsOf } = this.#environment;
    const { op, rd, rs1, rs2, rs3 = 0, imm, word } = instructionSet.decode(bits);
    const length = instructionSet.length(word & 0xffff);
    return { offset, length, op, rd, rs1, rs2, rs3, imm, word, traits: traitsOf(op) };
  }

  targetsOf(offset: number): readonly number[] {
    const page = Math.floor(offset / PAGE);
    const source = this.#pages.get(page);
    if (source === undefined) return [];
    const targets = this.#environment.targetsOf(source.page, offset - page * PAGE);
    return targets.map((target) => target + page * PAGE);
  }

  #recordAt(offset: number): number | undefined {
    const page = Math.floor(offset / PAGE);
    const source = this.#pages.get(page);
    if (source === undefined) return undefined;
    return source.block + (offset - page * PAGE) * RECORD_BYTES_PER_CODE_BYTE;
  }

  /** An instruction across a page border, from the bytes of both pages. */
  #crossing(offset: number): RegionInstruction | undefined {
    const low = this.#halfAt(offset);
    const high = this.#halfAt(offset + 2);
    if (low === undefined || high === undefined) return undefined;
    return this.#instruction(offset, (low | (high << 16)) >>> 0);
  }

  #halfAt(offset: number): number | undefined {
    const { memory, view } = this.#environment;
    const page = Math.floor(offset / PAGE);
    const source = this.#pages.get(page);
    if (source === undefined) return undefined;
    return view.getUint16(memory.frameForRead(source.page) + offset - page * PAGE, true);
  }
}
