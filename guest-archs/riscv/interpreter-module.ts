// The generated interpreter of this architecture: made once per thread, instantiated for every replica.
import { type GeneratedInterpreter, generateInterpreter } from "../engine/interpreter.ts";
import type { StateLayout } from "../engine/interpreter-frame.ts";
import { OPERATIONS } from "./decoder.ts";
import { HART_STATE_BYTES, SLOT } from "./hart-layout.ts";
import type { HartServices } from "./hart-services.ts";

export interface InterpreterModule {
  readonly module: WebAssembly.Module;
  readonly callouts: GeneratedInterpreter<HartServices>["callouts"];
}

export const STATE_LAYOUT: StateLayout = {
  pc: SLOT.pc * 8,
  reservation: SLOT.reservation * 8,
  words: HART_STATE_BYTES,
};

let cached: InterpreterModule | undefined;

export function interpreterModule(): InterpreterModule {
  if (cached === undefined) {
    const { bytes, callouts } = generateInterpreter(
      STATE_LAYOUT,
      OPERATIONS.map(({ row, length }) => ({ semantics: row.semantics, length })),
    );
    cached = { module: new WebAssembly.Module(bytes), callouts };
  }
  return cached;
}
