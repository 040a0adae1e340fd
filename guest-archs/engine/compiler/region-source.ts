// What a compiler reads: the records of the pages around a hot instruction, as far as they were executed.
import type { GuestMemory } from "../../../core/index.ts";
import type { InstructionSet } from "../code-cache.ts";
import {
  ENTRY_ROW,
  PSEUDO_OP,
  RECORD,
  RECORD_BYTES_PER_CODE_BYTE,
  RECORD_USE,
} from "../record-layout.ts";
import type { CodeSource } from "./discover-region.ts";
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
  readonly entryRows: number;
  /** Offsets in the page to which the computed jump at an offset of it was seen to lead. */
  targetsOf(page: number, offset: number): readonly number[];
  traitsOf(op: number): OperationTraits;
  isLink(slot: number): boolean;
}

/** The operation of a record: what it was before it became an entry. */
function operationOf(view: DataView<SharedArrayBuffer>, record: number, entryRows: number): number {
  const op = view.getUint16(record + RECORD.op, true);
  if (op !== PSEUDO_OP.region) return op;
  const row = view.getUint16(record + RECORD.use, true) - RECORD_USE.firstRow;
  return view.getUint16(entryRows + row * ENTRY_ROW.bytes + ENTRY_ROW.op, true);
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
    const { view, entryRows, traitsOf } = this.#environment;
    const record = this.#recordAt(offset);
    if (record === undefined) return undefined;
    const op = operationOf(view, record, entryRows);
    if (op === PSEUDO_OP.decode) return undefined;
    if (op === PSEUDO_OP.crossing) return this.#crossing(offset);
    const word = view.getUint32(record + RECORD.word, true);
    return {
      offset,
      length: this.#environment.instructionSet.length(word & 0xffff),
      op,
      rd: view.getUint8(record + RECORD.rd),
      rs1: view.getUint8(record + RECORD.rs1),
      rs2: view.getUint8(record + RECORD.rs2),
      rs3: view.getUint8(record + RECORD.rs3),
      imm: view.getInt32(record + RECORD.imm, true),
      word,
      traits: traitsOf(op),
    };
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
    const { instructionSet, traitsOf } = this.#environment;
    const low = this.#halfAt(offset);
    const high = this.#halfAt(offset + 2);
    if (low === undefined || high === undefined) return undefined;
    const {
      op,
      rd,
      rs1,
      rs2,
      rs3 = 0,
      imm,
      word,
    } = instructionSet.decode((low | (high << 16)) >>> 0);
    return { offset, length: 4, op, rd, rs1, rs2, rs3, imm, word, traits: traitsOf(op) };
  }

  #halfAt(offset: number): number | undefined {
    const { memory, view } = this.#environment;
    const page = Math.floor(offset / PAGE);
    const source = this.#pages.get(page);
    if (source === undefined) return undefined;
    return view.getUint16(memory.frameForRead(source.page) + offset - page * PAGE, true);
  }
}
