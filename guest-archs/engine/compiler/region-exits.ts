// How execution leaves a region. Every exit stores the registers that differ from memory; exits that store the same ones
// share that code. Then one of three ways on:
//
// | kind     | goes                                                                                       |
// |----------|--------------------------------------------------------------------------------------------|
// | leave    | back to the interpreter, which executes the instruction there                              |
// | near     | to a place in a page that is known to be mapped: through a cell, which holds a handle, or 0 |
// |          | while nothing is compiled there                                                            |
// | indirect | to any address: through the fetch TLB to its record, which says whether it is an entry     |
//
// HOT: the last two are tail calls of another region, without JavaScript or the interpreter. (bench section speed)
import {
  ENTRY_ROW,
  FETCH_TLB_ENTRIES,
  HANDLE_ENTRY_BITS,
  RECORD,
  RECORD_BYTES_PER_CODE_BYTE,
  RECORD_USE,
  TLB,
  TLB_ENTRY,
  WORD,
} from "../record-layout.ts";
import type { Label } from "../wasm-function.ts";
import { CELLS_GLOBAL, type RegionFrame } from "./region-frame.ts";
import type { RegionPath } from "./region-path.ts";
import type { RegisterSet } from "./register-set.ts";

const PAGE = 4096;

const KINDS = ["leave", "near", "indirect"] as const;
type Kind = (typeof KINDS)[number];

/** A word that is filled in when the region is linked: a handle for the code at an offset, or the block of a page. */
export interface RegionCell {
  readonly kind: "jump" | "call" | "page";
  readonly of: number;
}

interface SharedExit {
  readonly label: Label;
  readonly kind: Kind;
  readonly registers: RegisterSet;
}

export class RegionExits {
  readonly #frame: RegionFrame;
  readonly #shared: SharedExit[] = [];
  readonly #firstCell: number;
  readonly #path: RegionPath | undefined;
  readonly cells: RegionCell[] = [];

  /** @param firstCell number of the region's first cell among those of its module */
  constructor(frame: RegionFrame, firstCell: number, path: RegionPath | undefined) {
    this.#frame = frame;
    this.#firstCell = firstCell;
    this.#path = path;
  }

  /**
   * After the body, whose end is not reached. Only here it is known how many exits there are: their blocks are wrapped
   * around the body, the first one innermost.
   */
  close(): void {
    const { f } = this.#frame;
    const shared = this.#shared;
    const kinds = KINDS.filter((kind) => shared.some((exit) => exit.kind === kind));
    const tailLabel = (kind: Kind): Label => outerLabel(shared.length + kinds.indexOf(kind));
    for (const { kind, registers } of shared) {
      f.end();
      this.#frame.store(registers);
      f.br(tailLabel(kind));
    }
    for (const kind of kinds) {
      f.end();
      this.#emitTail(kind);
    }
    f.wrapInBlocks(shared.length + kinds.length);
  }

  /** The interpreter goes on at `offset`. @param spent steps not taken off the budget yet */
  leave(offset: number, registers: RegisterSet, spent: number): void {
    this.#setTarget(offset);
    this.#go("leave", registers, spent);
  }

  /** To an offset in a page that is known to be mapped. */
  near(kind: "jump" | "call", offset: number, registers: RegisterSet, spent: number): void {
    const { f, cell } = this.#frame;
    this.#setTarget(offset);
    f.i32(this.cell(kind, offset));
    f.set(cell);
    this.#go("near", registers, spent);
  }

  /** To the address in the local `pc`, the shadow to that in `shadowPc`. */
  indirect(registers: RegisterSet, spent: number): void {
    this.#go("indirect", registers, spent);
  }

  /** @returns the byte offset of a cell from the first cell of the module. */
  cell(kind: RegionCell["kind"], of: number): number {
    const known = this.cells.findIndex((cell) => cell.kind === kind && cell.of === of);
    const index = known >= 0 ? known : this.cells.push({ kind, of }) - 1;
    return (this.#firstCell + index) * 4;
  }

  #setTarget(offset: number): void {
    const { f, exit } = this.#frame;
    f.i32(offset);
    f.set(exit);
  }

  #go(kind: Kind, registers: RegisterSet, spent: number): void {
    const frame = this.#frame;
    frame.f.i32(spent);
    frame.f.set(frame.spent);
    const known = this.#shared.find(
      (exit) =>
        exit.kind === kind &&
        exit.registers.low === registers.low &&
        exit.registers.high === registers.high,
    );
    if (known !== undefined) {
      frame.f.br(known.label);
      return;
    }
    const label = outerLabel(this.#shared.length);
    this.#shared.push({ label, kind, registers });
    frame.f.br(label);
  }

  #emitTail(kind: Kind): void {
    if (kind === "leave") this.#emitLeave();
    else if (kind === "near") this.#emitNear();
    else this.#emitIndirect();
  }

  #setPcFromExit(): void {
    const { f, origin, exit, pc } = this.#frame;
    f.get(origin);
    f.get(exit);
    f.op("i64ExtendI32S");
    f.op("i64Add");
    f.set(pc);
  }

  #takeSpent(): void {
    const frame = this.#frame;
    frame.takeOffBudget(() => frame.f.get(frame.spent));
  }

  #emitLeave(): void {
    const frame = this.#frame;
    const { f } = frame;
    this.#takeSpent();
    this.#setPcFromExit();
    frame.storePc();
    this.#path?.storeFromBlock();
    f.get(frame.budget);
    f.i32(-1);
    f.op("i32Xor");
    f.return();
  }

  #emitNear(): void {
    const frame = this.#frame;
    const { f } = frame;
    this.#takeSpent();
    this.#setPcFromExit();
    this.#path?.storeFromJump();
    f.getGlobal(CELLS_GLOBAL);
    f.get(frame.cell);
    f.op("i32Add");
    f.memory("i32Load");
    f.tee(frame.label);
    f.if(undefined, true);
    this.#tailCall();
    f.end();
    this.#returnToInterpreter();
  }

  #emitIndirect(): void {
    const frame = this.#frame;
    const { f } = frame;
    this.#takeSpent();
    this.#path?.storeFromComputed();
    const miss = f.block();
    this.pushFetchEntry();
    f.tee(frame.entry);
    f.memory("i64Load", TLB.fetch + TLB_ENTRY.tag);
    f.get(frame.pc);
    f.i64FromI32(-PAGE);
    f.op("i64And");
    f.op("i64Ne");
    f.brIf(miss, false);
    // What its record is used for; entries are numbered from firstRow on.
    f.get(frame.entry);
    f.memory("i32Load", TLB.fetch + TLB_ENTRY.addend);
    f.get(frame.pc);
    f.op("i32WrapI64");
    f.i32(PAGE - 1);
    f.op("i32And");
    f.i32(Math.log2(RECORD_BYTES_PER_CODE_BYTE));
    f.op("i32Shl");
    f.op("i32Add");
    f.memory("i32Load16U", RECORD.use);
    f.i32(RECORD_USE.firstRow);
    f.op("i32Sub");
    f.tee(frame.label);
    f.i32(0);
    f.op("i32LtS");
    f.brIf(miss, false);
    f.get(frame.base);
    f.memory("i32Load", frame.layout.words + WORD.entryRows);
    f.get(frame.label);
    f.i32(Math.log2(ENTRY_ROW.bytes));
    f.op("i32Shl");
    f.op("i32Add");
    f.memory("i32Load", ENTRY_ROW.handle);
    f.set(frame.label);
    this.#tailCall();
    f.end();
    this.#returnToInterpreter();
  }

  /** Pushes the address of the fetch-TLB entry for the address in `pc`, without the offset of the table. */
  pushFetchEntry(): void {
    const frame = this.#frame;
    const { f } = frame;
    f.get(frame.pc);
    f.op("i32WrapI64");
    f.i32(8);
    f.op("i32ShrU");
    f.i32((FETCH_TLB_ENTRIES - 1) << 4);
    f.op("i32And");
    f.get(frame.tlbSet);
    f.op("i32Add");
  }

  /** To the handle in `label`, at the address in `pc`. */
  #tailCall(): void {
    const frame = this.#frame;
    const { f } = frame;
    f.get(frame.base);
    f.get(frame.label);
    f.i32(2 ** HANDLE_ENTRY_BITS - 1);
    f.op("i32And");
    f.get(frame.budget);
    f.get(frame.pc);
    f.get(frame.label);
    f.i32(HANDLE_ENTRY_BITS);
    f.op("i32ShrU");
    f.returnCallIndirect();
  }

  #returnToInterpreter(): void {
    const frame = this.#frame;
    frame.storePc();
    frame.f.get(frame.budget);
    frame.f.return();
  }
}

/** The block that is wrapped around the body as the n-th one, counted outward. */
function outerLabel(n: number): Label {
  return -n as Label;
}
