// Where the interpreter goes, compared with where the shadow went (Semantics.shadowBranch and others): after every jump,
// after a branch that was not taken, and wherever execution comes from outside. On a straight way nothing can go wrong
// but from outside; the shadow's place is brought up to date where it is left.
//
// This is control-flow checking by signatures as in CFCSS (Oh, Shirvani and McCluskey, IEEE Trans. Reliability 51(1),
// 2002) and SWIFT (Reis et al., CGO 2005, section 4.2), with the address of an instruction as its signature.
import type { InterpreterFrame } from "./interpreter-frame.ts";
import { WORD } from "./record-layout.ts";
import type { Label } from "./wasm-function.ts";

export const ASTRAY = "control flow went where no computation led";

/** Halts unless the shadow is where `pushPc` says. Before it the budget is what is left with this instruction taken off. */
export function emitPathCheck(
  frame: InterpreterFrame,
  pushPc: () => void,
  resync: Label | undefined,
): void {
  if (!frame.isPathChecked) return;
  const { f } = frame;
  pushPc();
  f.get(frame.base);
  f.memory("i64Load", frame.layout.words + WORD.shadowPc);
  f.op("i64Ne");
  f.if(undefined, false);
  f.get(frame.base);
  pushPc();
  f.memory("i64Store", frame.layout.pc);
  frame.storeBudget();
  frame.callHalt(ASTRAY);
  if (resync === undefined) frame.goTo("resync");
  else f.br(resync);
  f.end();
}

/** Execution came here straight. */
export function emitFollow(frame: InterpreterFrame, pushPc: () => void): void {
  if (frame.isPathChecked) frame.setShadowPc(pushPc);
}
