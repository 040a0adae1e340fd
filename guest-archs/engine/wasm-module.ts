// Encoder of WebAssembly modules (binary format, section 5.5): function, shared memory and table imports, functions,
// one table with its elements, exports and branch hints.
import { ByteWriter } from "./byte-writer.ts";
import { TYPE } from "./wasm-opcodes.ts";
import type { ValueType, WasmFunction } from "./wasm-function.ts";

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  export: 7,
  element: 9,
  code: 10,
} as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const SHARED_WITH_MAXIMUM = 3;
/** 4 GiB: any shared memory may be imported. */
const MAXIMUM_MEMORY_PAGES = 65_536;
const END = 0x0b;
const GLOBAL_GET = 0x23;
const CONSTANT = 0;

export interface FunctionImport {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ModuleDescription {
  /** Name of the import object that holds everything imported. */
  readonly importModule: string;
  /** Imported functions: indices from 0 in this order. */
  readonly functionImports: readonly FunctionImport[];
  /** Name of the imported shared memory. */
  readonly memory: string;
  /** An imported table of functions with at least `minimum` elements, and the type of those that are called in it. */
  readonly table?: {
    readonly name: string;
    readonly minimum: number;
    readonly parameters: readonly ValueType[];
    readonly results: readonly ValueType[];
  };
  /** Imported constant i32 globals: indices from 0 in this order. */
  readonly globals?: readonly string[];
  /** Functions defined here: indices follow those of the imports. */
  readonly functions: readonly WasmFunction[];
  /** [export name, index into `functions`]. */
  readonly exports: readonly (readonly [string, number])[];
  /** Elements of the imported table: all `functions`, from the index in this global on. */
  readonly elementsFrom?: number;
}

/** @returns the bytes of the module. */
export function encodeModule(module: ModuleDescription): Uint8Array<ArrayBuffer> {
  const output = new ByteWriter();
  output.bytes(HEADER);
  const types = new TypeTable();
  // Type 0 is that of indirect calls.
  if (module.table !== undefined) types.indexOf(module.table.parameters, module.table.results);
  const importTypes = module.functionImports.map((f) => types.indexOf(f.parameters, f.results));
  const functionTypes = module.functions.map((f) => types.indexOf(f.parameters, f.results));
  const imported = module.functionImports.length;

  section(output, SECTION.type, (s) => types.write(s));
  section(output, SECTION.import, (s) => writeImports(s, module, importTypes));
  section(output, SECTION.function, (s) => vector(s, functionTypes, (type) => s.unsigned(type)));
  section(output, SECTION.export, (s) =>
    vector(s, module.exports, ([name, index]) => {
      s.name(name);
      s.byte(KIND.function);
      s.unsigned(imported + index);
    }),
  );
  const { elementsFrom } = module;
  if (elementsFrom !== undefined) {
    section(output, SECTION.element, (s) => {
      s.unsigned(1);
      s.byte(0);
      s.byte(GLOBAL_GET);
      s.unsigned(elementsFrom);
      s.byte(END);
      vector(s, module.functions, (_, index) => s.unsigned(imported + index));
    });
  }
  const bodies = module.functions.map((f) => ({ locals: encodeLocals(f), code: f.code() }));
  section(output, SECTION.custom, (s) => {
    s.name("metadata.code.branch_hint");
    vector(s, module.functions, (f, index) => {
      s.unsigned(imported + index);
      const codeStart = bodies[index]?.locals.length ?? 0;
      vector(s, f.hints, (hint) => {
        s.unsigned(codeStart + hint.offset);
        s.byte(1);
        s.byte(hint.isLikely ? 1 : 0);
      });
    });
  });
  section(output, SECTION.code, (s) =>
    vector(s, bodies, ({ locals, code }) => {
      s.unsigned(locals.length + code.length);
      s.bytes(locals);
      s.bytes(code);
    }),
  );
  return output.take();
}

class TypeTable {
  readonly #keys: string[] = [];
  readonly #types: { parameters: readonly ValueType[]; results: readonly ValueType[] }[] = [];

  indexOf(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#keys.indexOf(key);
    if (known >= 0) return known;
    this.#types.push({ parameters, results });
    return this.#keys.push(key) - 1;
  }

  write(s: ByteWriter): void {
    vector(s, this.#types, ({ parameters, results }) => {
      s.byte(0x60);
      vector(s, parameters, (type) => s.byte(TYPE[type]));
      vector(s, results, (type) => s.byte(TYPE[type]));
    });
  }
}

function writeImports(s: ByteWriter, module: ModuleDescription, types: readonly number[]): void {
  const { importModule, table, globals = [] } = module;
  s.unsigned(module.functionImports.length + 1 + globals.length + (table === undefined ? 0 : 1));
  for (const [index, f] of module.functionImports.entries()) {
    s.name(importModule);
    s.name(f.name);
    s.byte(KIND.function);
    s.unsigned(types[index] ?? 0);
  }
  s.name(importModule);
  s.name(module.memory);
  s.byte(KIND.memory);
  s.byte(SHARED_WITH_MAXIMUM);
  s.unsigned(0);
  s.unsigned(MAXIMUM_MEMORY_PAGES);
  for (const name of globals) {
    s.name(importModule);
    s.name(name);
    s.byte(KIND.global);
    s.byte(TYPE.i32);
    s.byte(CONSTANT);
  }
  if (table === undefined) return;
  s.name(importModule);
  s.name(table.name);
  s.byte(KIND.table);
  s.byte(TYPE.anyFunction);
  s.byte(0);
  s.unsigned(table.minimum);
}

function encodeLocals(f: WasmFunction): Uint8Array<ArrayBuffer> {
  const output = new ByteWriter();
  vector(output, f.locals, (type) => {
    output.unsigned(1);
    output.byte(TYPE[type]);
  });
  return output.take();
}

function section(output: ByteWriter, id: number, write: (s: ByteWriter) => void): void {
  const content = new ByteWriter();
  write(content);
  output.byte(id);
  output.unsigned(content.length);
  output.bytes(content.take());
}

function vector<T>(
  s: ByteWriter,
  items: readonly T[],
  write: (item: T, index: number) => void,
): void {
  s.unsigned(items.length);
  for (const [index, item] of items.entries()) write(item, index);
}
