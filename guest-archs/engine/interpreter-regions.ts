// Where the interpreter meets compiled code: it counts jumps to records until they are worth compiling, and enters
// regions at the records that have become entries.
import type { InterpreterFrame } from "./interpreter-frame.ts";
import { emitFollow } from "./interpreter-path.ts";
import { ENTRY_ROW, HANDLE_ENTRY_BITS, RECORD, RECORD_USE, WORD } from "./record-layout.ts";

/** A jump led to the current record. HOT: nearly all records of long runs are dormant or entries. */
export function emitCountUse(frame: InterpreterFrame, isFirstNoted = false): void {
  const { f } = frame;
  if (frame.isErring) return;
  f.get(frame.record);
  f.memory("i32Load16U", RECORD.use);
  f.i32(1);
  f.op("i32Sub");
  f.tee(frame.use);
  f.i32(RECORD_USE.firstRow - 1);
  f.op("i32LtU");
  f.if(undefined, false);
  f.get(frame.record);
  f.get(frame.use);
  f.memory("i32Store16", RECORD.use);
  if (isFirstNoted) noteFirst(frame);
  f.get(frame.use);
  f.op("i32Eqz");
  f.if(undefined, false);
  f.get(frame.record);
  frame.pushPc();
  frame.call("hot");
  f.end();
  f.end();
}

/** Tells where the first jump to a record came from: so the targets of a table of jumps become known. */
function noteFirst(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.use);
  f.i32(1);
  f.op("i32Add");
  f.get(frame.base);
  f.memory("i32Load", frame.layout.words + WORD.jumpsToCompile);
  f.op("i32Eq");
  f.if(undefined, false);
  f.get(frame.source);
  f.if(undefined, false);
  f.get(frame.source);
  f.get(frame.record);
  frame.call("jumped");
  f.end();
  f.end();
}

/**
 * Runs compiled code from the current record on. An instruction that compiled code left to the interpreter is executed as
 * what it was before it became an entry.
 */
export function emitEnterRegion(frame: InterpreterFrame, isProfiled = false): void {
  const { f } = frame;
  pushRow(frame);
  f.set(frame.target);
  if (frame.isErring) {
    dispatchOriginal(frame);
    return;
  }
  f.get(frame.skip);
  f.get(frame.budget);
  f.op("i32Eq");
  f.if(undefined, false);
  dispatchOriginal(frame);
  f.end();
  frame.addBudget(1);
  frame.pushPc();
  f.set(frame.nextPc);
  emitFollow(frame, () => f.get(frame.nextPc));
  f.get(frame.target);
  f.memory("i32Load", ENTRY_ROW.handle);
  f.set(frame.target);
  if (isProfiled) frame.call("enteringRegion");
  callRegion(frame);
  if (isProfiled) frame.call("leftRegion");
  f.tee(frame.target);
  f.i32(0);
  f.op("i32LtS");
  f.if();
  f.get(frame.target);
  f.i32(-1);
  f.op("i32Xor");
  f.tee(frame.budget);
  f.i32(1);
  f.op("i32Sub");
  f.set(frame.skip);
  f.else();
  f.get(frame.target);
  f.set(frame.budget);
  f.end();
  f.get(frame.base);
  f.memory("i64Load", frame.layout.pc);
  f.set(frame.nextPc);
  frame.goTo("lookup");
}

/** Executes the record as what it was before it became the entry whose row is in `target`. */
function dispatchOriginal(frame: InterpreterFrame): void {
  frame.f.get(frame.target);
  frame.f.memory("i32Load16U", ENTRY_ROW.op);
  frame.f.set(frame.op);
  frame.goTo("dispatch");
}

/** Pushes the address of the row of the entry table that the record names. */
function pushRow(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.base);
  f.memory("i32Load", frame.layout.words + WORD.entryRows);
  f.get(frame.record);
  f.memory("i32Load16U", RECORD.use);
  f.i32(RECORD_USE.firstRow);
  f.op("i32Sub");
  f.i32(Math.log2(ENTRY_ROW.bytes));
  f.op("i32Shl");
  f.op("i32Add");
}

/** Calls the handle in `target`; pushes what it returns. */
function callRegion(frame: InterpreterFrame): void {
  const { f } = frame;
  f.get(frame.base);
  f.get(frame.target);
  f.i32(2 ** HANDLE_ENTRY_BITS - 1);
  f.op("i32And");
  f.get(frame.budget);
  f.get(frame.nextPc);
  f.get(frame.target);
  f.i32(HANDLE_ENTRY_BITS);
  f.op("i32ShrU");
  f.callIndirect();
}
