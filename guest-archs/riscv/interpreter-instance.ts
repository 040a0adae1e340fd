// The generated interpreter of one replica, connected to its slow paths.
import { REGION_TABLE } from "../engine/compiler/region-frame.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import {
  INTERPRETER_EXPORT,
  INTERPRETER_IMPORT_MODULE,
  INTERPRETER_MEMORY,
} from "../engine/interpreter.ts";
import type { InterpreterImports, RefillImports } from "../engine/interpreter-imports.ts";
import { RECORD } from "../engine/record-layout.ts";
import type { GuestAccess } from "./guest-access.ts";
import type { Hart } from "./hart.ts";
import type { HartServices } from "./hart-services.ts";
import type { InstructionFetch } from "./instruction-fetch.ts";
import { interpreterModule } from "./interpreter-module.ts";

/** @returns the budget that is left. */
export type RunInterpreter = (base: number, budget: number) => number;

export interface SlowPaths {
  readonly access: GuestAccess;
  readonly fetch: InstructionFetch;
  readonly code: CodeCache;
  readonly refills: RefillImports;
  /** The hart that executes now. */
  hart(): Hart;
  services(): HartServices;
  readonly regions: WebAssembly.Table;
  jumped(from: number, to: number): void;
  hot(record: number, pc: bigint): void;
}

const ILLEGAL_INSTRUCTION = 2;

export function instantiateInterpreter(
  memory: WebAssembly.Memory,
  paths: SlowPaths,
): RunInterpreter {
  const { module, callouts } = interpreterModule();
  const { access, fetch, code } = paths;
  const view = new DataView(memory.buffer);
  const wordOf = (record: number): number => view.getUint32((record >>> 0) + RECORD.word, true);
  const imports: Omit<InterpreterImports, keyof RefillImports> = {
    fetch: () => fetch.fetch(paths.hart()),
    decode: (record) => code.decode(record >>> 0),
    fetchCrossing: () => fetch.fetchSingle(paths.hart()),
    illegal: (record) => paths.hart().trap(ILLEGAL_INSTRUCTION, 0, wordOf(record)),
    load: (high, low, size) => access.load(paths.hart(), high, low, size),
    store: (high, low, size) => access.store(paths.hart(), high, low, size),
    loadForUpdate: (high, low, size) => access.loadForUpdate(paths.hart(), high, low, size),
    loadReserved: (high, low, size) => access.loadReserved(paths.hart(), high, low, size),
    storeConditional: (high, low, size) => access.storeConditional(paths.hart(), high, low, size),
    callout: (record, index) => {
      const callout = callouts[index];
      if (callout === undefined) throw new RangeError(`callout ${index} does not exist`);
      return callout(paths.services(), wordOf(record)) ? 0 : 1;
    },
    jumped: (from, to) => paths.jumped(from >>> 0, to >>> 0),
    hot: (record, pc) => paths.hot(record >>> 0, pc),
  };
  const instance = new WebAssembly.Instance(module, {
    [INTERPRETER_IMPORT_MODULE]: {
      ...imports,
      ...paths.refills,
      [INTERPRETER_MEMORY]: memory,
      [REGION_TABLE]: paths.regions,
    },
  });
  return instance.exports[INTERPRETER_EXPORT] as RunInterpreter;
}
