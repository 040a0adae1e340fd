// Generates the interpreter: one WebAssembly function that loops over pre-decoded records and jumps through one table.
// Three nested loops: `resync` reads back what slow paths may have changed, `lookup` finds the records of a virtual
// address, `next` executes the record at hand. Exactly one unit of the budget is spent per step.
import { InterpreterFrame, type StateLayout } from "./interpreter-frame.ts";
import { INTERPRETER_IMPORTS, PROFILE_IMPORTS } from "./interpreter-imports.ts";
import { emitFollow, emitPathCheck } from "./interpreter-path.ts";
import { emitCountUse, emitEnterRegion } from "./interpreter-regions.ts";
import { type InterpretedInstruction, InterpreterSemantics } from "./interpreter-semantics.ts";
import { REGION_PARAMETERS, REGION_RESULTS, REGION_TABLE } from "./compiler/region-frame.ts";
import {
  FAULT_WORD,
  FETCH_TLB_ENTRIES,
  FETCHED,
  RECORD,
  TLB,
  TLB_ENTRY,
  WORD,
} from "./record-layout.ts";
import type { Callout } from "./semantics.ts";
import type { Label } from "./wasm-function.ts";
import { encodeModule } from "./wasm-module.ts";

export const INTERPRETER_IMPORT_MODULE = "engine";
export const INTERPRETER_MEMORY = "memory";
export const INTERPRETER_EXPORT = "run";

/** Added to the address of the scratch records: no jump from there counts as a jump within a page. */
const NO_BLOCK = 0x4000_0000;

export interface GeneratedInterpreter<Services> {
  /**
   * Imports `engine.memory`, the table `engine.regions` and the functions of InterpreterImports; exports
   * `run(base: i32, budget: i32): i32`, which returns the budget that is left.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What index numbers passed to `callout` mean. */
  readonly callouts: readonly Callout<Services>[];
  /** What those passed to `halt` mean. */
  readonly halts: readonly string[];
}

/**
 * A `profiled` one tells through two more imports when it enters compiled code and comes back; an `erring` one enters
 * none, and keeps a register's stuck bits before every instruction.
 */
export type InterpreterVariant = "usual" | "profiled" | "erring";

/**
 * @param instructions by operation number, from PSEUDO_OP.first on
 * @param isPathChecked jumps are compared with the shadow's
 */
export function generateInterpreter<Services>(
  layout: StateLayout,
  instructions: readonly InterpretedInstruction<Services>[],
  variant: InterpreterVariant = "usual",
  isPathChecked: boolean = false,
): GeneratedInterpreter<Services> {
  const isProfiled = variant === "profiled";
  const frame = new InterpreterFrame(layout, isPathChecked, variant === "erring");
  const semantics = new InterpreterSemantics<Services>(frame);
  const { f } = frame;
  f.i32(-1);
  f.set(frame.skip);
  const out = f.block();
  const resync = f.loop();
  emitResync(frame);
  const lookup = f.loop();
  emitBudgetCheck(frame, out, () => f.get(frame.nextPc));
  emitPathCheck(frame, () => f.get(frame.nextPc), resync);
  emitLookup(frame, resync);
  const next = f.loop();
  emitBudgetCheck(
    frame,
    out,
    () => frame.pushPc(),
    () => emitFollow(frame, () => frame.pushPc()),
  );
  frame.addBudget(-1);
  if (frame.isErring) emitStuckBits(frame);
  f.get(frame.record);
  f.memory("i32Load16U", RECORD.op);
  f.set(frame.op);
  const dispatch = f.loop();
  frame.labels = { resync, lookup, next, dispatch };
  emitDispatch(frame, [
    () => emitDecode(frame),
    () => emitPageEnd(frame),
    () => emitCrossing(frame),
    () => semantics.illegal(),
    () => emitEnterRegion(frame, isProfiled),
    ...instructions.map((instruction) => () => semantics.instruction(instruction)),
  ]);
  f.end();
  f.end();
  f.end();
  f.end();
  f.end();
  f.get(frame.budget);
  const bytes = encodeModule({
    importModule: INTERPRETER_IMPORT_MODULE,
    functionImports: isProfiled
      ? [...INTERPRETER_IMPORTS, ...PROFILE_IMPORTS]
      : INTERPRETER_IMPORTS,
    memory: INTERPRETER_MEMORY,
    table: {
      name: REGION_TABLE,
      minimum: 1,
      parameters: REGION_PARAMETERS,
      results: REGION_RESULTS,
    },
    functions: [f],
    exports: [[INTERPRETER_EXPORT, 0]],
  });
  return { bytes, callouts: semantics.callouts, halts: frame.halts };
}

function emitResync(frame: InterpreterFrame): void {
  const { f } = frame;
  frame.reloadBudget();
  f.get(frame.base);
  f.memory("i32Load", frame.layout.words + WORD.tlbSet);
  f.set(frame.tlbSet);
  f.get(frame.base);
  f.memory("i64Load", frame.layout.pc);
  f.set(frame.nextPc);
}

function emitStuckBits(frame: InterpreterFrame): void {
  const { f } = frame;
  const at = (word: number): number => frame.layout.words + WORD.faults + word * 8;
  f.get(frame.base);
  f.memory("i32Load", at(FAULT_WORD.stuckAddress));
  f.tee(frame.target);
  f.get(frame.target);
  f.memory("i64Load");
  f.get(frame.base);
  f.memory("i64Load", at(FAULT_WORD.stuckAnd));
  f.op("i64And");
  f.get(frame.base);
  f.memory("i64Load", at(FAULT_WORD.stuckOr));
  f.op("i64Or");
  f.memory("i64Store");
}

/** Leaves with the pc stored when the budget is spent. */
function emitBudgetCheck(
  frame: InterpreterFrame,
  out: Label,
  pushPc: () => void,
  leaving?: () => void,
): void {
  const { f } = frame;
  f.get(frame.budget);
  f.op("i32Eqz");
  f.if(undefined, false);
  f.get(frame.base);
  pushPc();
  f.memory("i64Store", frame.layout.pc);
  leaving?.();
  f.br(out);
  f.end();
}

/** From `nextPc` to record, block and pcBase. */
function emitLookup(frame: InterpreterFrame, resync: Label): void {
  const { f } = frame;
  f.get(frame.nextPc);
  f.op("i32WrapI64");
  f.i32(8);
  f.op("i32ShrU");
  f.i32((FETCH_TLB_ENTRIES - 1) << 4);
  f.op("i32And");
  f.get(frame.tlbSet);
  f.op("i32Add");
  f.tee(frame.entry);
  f.memory("i64Load", TLB.fetch + TLB_ENTRY.tag);
  f.get(frame.nextPc);
  f.i64(-4096n);
  f.op("i64And");
  f.op("i64Eq");
  f.if("i32", true);
  f.get(frame.entry);
  f.memory("i32Load", TLB.fetch + TLB_ENTRY.addend);
  f.else();
  emitFetchMiss(frame);
  f.end();
  f.tee(frame.block);
  f.i32(FETCHED.scratch);
  f.op("i32LeU");
  f.if(undefined, false);
  f.get(frame.block);
  f.op("i32Eqz");
  f.brIf(resync);
  setScratchRecord(frame);
  f.else();
  f.get(frame.nextPc);
  f.op("i32WrapI64");
  f.i32(4094);
  f.op("i32And");
  f.i32(3);
  f.op("i32Shl");
  f.get(frame.block);
  f.op("i32Add");
  f.set(frame.record);
  f.end();
  setPcBase(frame);
  emitCountUse(frame, true);
  f.i32(0);
  f.set(frame.source);
}

/** Pushes the block of `nextPc`, or one of FETCHED. */
function emitFetchMiss(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.base);
  f.get(frame.nextPc);
  frame.call("refillFetch");
  f.tee(frame.block);
  f.if("i32", true);
  f.get(frame.block);
  f.else();
  f.get(frame.base);
  f.get(frame.nextPc);
  f.memory("i64Store", frame.layout.pc);
  frame.storeBudget();
  frame.call("fetch");
  f.end();
}

function setScratchRecord(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.base);
  f.i32(frame.layout.words + WORD.scratch);
  f.op("i32Add");
  f.tee(frame.record);
  f.i32(NO_BLOCK);
  f.op("i32Add");
  f.set(frame.block);
}

function setPcBase(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.nextPc);
  f.get(frame.record);
  f.i32(3);
  f.op("i32ShrU");
  f.op("i64ExtendI32U");
  f.op("i64Sub");
  f.set(frame.pcBase);
}

/** One nested block per operation, innermost first: the table's n-th target is the end of the n-th block. */
function emitDispatch(frame: InterpreterFrame, operations: readonly (() => void)[]): void {
  const { f } = frame;
  const labels = operations.map(() => f.block()).toReversed();
  const [decode] = labels;
  if (decode === undefined) return;
  f.get(frame.op);
  f.brTable(labels, decode);
  for (const operation of operations) {
    f.end();
    operation();
  }
}

function emitDecode(frame: InterpreterFrame): void {
  frame.f.get(frame.record);
  frame.call("decode");
  frame.addBudget(1);
  frame.goTo("next");
}

function emitPageEnd(frame: InterpreterFrame): void {
  frame.addBudget(1);
  frame.pushPc();
  frame.f.set(frame.nextPc);
  emitFollow(frame, () => frame.f.get(frame.nextPc));
  frame.goTo("lookup");
}

function emitCrossing(frame: InterpreterFrame): void {
  const { f } = frame;
  frame.addBudget(1);
  frame.sync();
  frame.call("fetchCrossing");
  f.op("i32Eqz");
  frame.goToIf("resync", false);
  frame.pushPc();
  f.set(frame.nextPc);
  setScratchRecord(frame);
  setPcBase(frame);
  frame.goTo("next");
}
