// The generated interpreters of this architecture: the plain one is made once per thread, and so is the last one with
// instruments; they are instantiated for every replica.
import {
  type GeneratedInterpreter,
  generateInterpreter,
  type InterpreterVariant,
} from "../engine/interpreter.ts";
import type { StateLayout } from "../engine/interpreter-frame.ts";
import { OPERATIONS } from "./decoder.ts";
import { HART_STATE_BYTES, SLOT } from "./hart-layout.ts";
import type { HartServices } from "./hart-services.ts";
import type { Rv } from "./row.ts";

export interface InterpreterModule {
  readonly module: WebAssembly.Module;
  readonly callouts: GeneratedInterpreter<HartServices>["callouts"];
  readonly halts: readonly string[];
}

export const STATE_LAYOUT: StateLayout = {
  pc: SLOT.pc * 8,
  reservation: SLOT.reservation * 8,
  words: HART_STATE_BYTES,
};

/** Which interpreter a replica needs. */
export interface InterpreterChoice {
  /** Semantics by operation. */
  readonly semantics: readonly ((x: Rv) => void)[];
  /** Key of the transform that made these semantics of the plain ones; absent for the plain ones. */
  readonly key?: string;
  readonly variant: InterpreterVariant;
  /** Jumps are compared with the shadow's; part of what the key stands for. */
  readonly isPathChecked?: boolean;
}

const PLAIN = "plain";
/** By key, the plain ones and one other. Keys hold the options of instruments: there is no end to them. */
const cached: Map<string, InterpreterModule> = new Map();

export function interpreterModule({
  semantics,
  key,
  variant,
  isPathChecked = false,
}: InterpreterChoice): InterpreterModule {
  const name = `${variant} ${key ?? PLAIN}`;
  const known = cached.get(name);
  if (known !== undefined) return known;
  const { bytes, callouts, halts } = generateInterpreter(
    STATE_LAYOUT,
    OPERATIONS.map(({ length }, index) => ({
      semantics: semantics[index] as (x: Rv) => void,
      length,
    })),
    variant,
    isPathChecked,
  );
  const made = { module: new WebAssembly.Module(bytes), callouts, halts };
  if (key !== undefined) {
    for (const other of cached.keys()) if (!other.endsWith(` ${PLAIN}`)) cached.delete(other);
  }
  cached.set(name, made);
  return made;
}
