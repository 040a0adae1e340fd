// The generated interpreter of one replica, connected to its slow paths.
import type { Activity, ActivityObserver } from "../../core/index.ts";
import { during } from "../engine/during.ts";
import { REGION_TABLE } from "../engine/compiler/region-frame.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import {
  INTERPRETER_EXPORT,
  INTERPRETER_IMPORT_MODULE,
  INTERPRETER_MEMORY,
} from "../engine/interpreter.ts";
import {
  CALLED,
  type InterpreterImports,
  type ProfileImports,
  type RefillImports,
} from "../engine/interpreter-imports.ts";
import { RECORD } from "../engine/record-layout.ts";
import type { GuestAccess } from "./guest-access.ts";
import type { Hart } from "./hart.ts";
import type { HartServices } from "./hart-services.ts";
import type { InstructionFetch } from "./instruction-fetch.ts";
import { type InterpreterChoice, interpreterModule } from "./interpreter-module.ts";

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
  /** Generated code found the replica faulty. */
  halt(why: string): void;
  readonly interpreter: InterpreterChoice;
  readonly activity: ActivityObserver | undefined;
}

const ILLEGAL_INSTRUCTION = 2;

/** The imports that this module makes. */
type SlowImports = Omit<InterpreterImports, keyof RefillImports>;

/** What the interpreter waits for while a slow path runs. */
const ACTIVITY_OF: Readonly<Record<keyof SlowImports, Activity>> = {
  fetch: "refill",
  decode: "translation",
  fetchCrossing: "refill",
  illegal: "callouts",
  load: "refill",
  store: "refill",
  loadForUpdate: "refill",
  loadReserved: "refill",
  storeConditional: "refill",
  callout: "callouts",
  jumped: "translation",
  hot: "translation",
  halt: "callouts",
};

export function instantiateInterpreter(
  memory: WebAssembly.Memory,
  paths: SlowPaths,
): RunInterpreter {
  const { module, callouts, halts } = interpreterModule(paths.interpreter);
  const { access, fetch, code } = paths;
  const view = new DataView(memory.buffer);
  const wordOf = (record: number): number => view.getUint32((record >>> 0) + RECORD.word, true);
  const imports: SlowImports = {
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
      const hart = paths.hart();
      const { traps } = hart;
      if (callout(paths.services(), wordOf(record))) return CALLED.next;
      return hart.traps === traps ? CALLED.elsewhere : CALLED.trapped;
    },
    jumped: (from, to) => paths.jumped(from >>> 0, to >>> 0),
    hot: (record, pc) => paths.hot(record >>> 0, pc),
    halt: (index) => paths.halt(halts[index] ?? ""),
  };
  const instance = new WebAssembly.Instance(module, {
    [INTERPRETER_IMPORT_MODULE]: {
      ...(paths.activity === undefined ? imports : observed(imports, paths.activity)),
      ...paths.refills,
      [INTERPRETER_MEMORY]: memory,
      [REGION_TABLE]: paths.regions,
    },
  });
  return instance.exports[INTERPRETER_EXPORT] as RunInterpreter;
}

/** The same slow paths, each telling an observer that it runs. */
function observed(
  imports: SlowImports,
  activity: ActivityObserver,
): Record<keyof SlowImports | keyof ProfileImports, CallableFunction> {
  const wrapped = Object.entries(imports).map(([name, path]) => [
    name,
    during(activity, ACTIVITY_OF[name as keyof SlowImports], path as never),
  ]);
  return {
    ...(Object.fromEntries(wrapped) as Record<keyof SlowImports, CallableFunction>),
    enteringRegion: () => activity.enter("compiled"),
    leftRegion: () => activity.enter("interpreter"),
  };
}
