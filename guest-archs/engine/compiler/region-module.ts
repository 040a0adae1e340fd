// Several regions as one WebAssembly module. Nothing in it depends on the replica or on addresses: cells and table
// slots are imported.
import type { WasmFunction } from "../wasm-function.ts";
import { encodeModule } from "../wasm-module.ts";
import {
  REGION_GLOBALS,
  REGION_IMPORTS,
  REGION_PARAMETERS,
  REGION_RESULTS,
  REGION_TABLE,
  SLOTS_GLOBAL,
} from "./region-frame.ts";

export function encodeRegions(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  return encodeModule({
    importModule: "engine",
    functionImports: REGION_IMPORTS.map((name) => ({
      name,
      parameters: ["i32", "i64", "i32"],
      results: ["i32"],
    })),
    memory: "memory",
    table: {
      name: REGION_TABLE,
      minimum: 1,
      parameters: REGION_PARAMETERS,
      results: REGION_RESULTS,
    },
    globals: REGION_GLOBALS,
    functions,
    exports: [],
    elementsFrom: SLOTS_GLOBAL,
  });
}
