// Fills ranges of a shared memory. HOT: `fill` of a typed array over a SharedArrayBuffer stores element by element;
// memory.fill of WebAssembly is a memset. TLB flushes depend on it.
import { WasmFunction } from "./wasm-function.ts";
import { encodeModule } from "./wasm-module.ts";

/** Sets `bytes` bytes from `address` on to `value`. */
export type SharedFill = (address: number, value: number, bytes: number) => void;

let cached: WebAssembly.Module | undefined;

export function sharedFill(memory: WebAssembly.Memory): SharedFill {
  cached ??= new WebAssembly.Module(encode());
  return new WebAssembly.Instance(cached, { host: { memory } }).exports["fill"] as SharedFill;
}

function encode(): Uint8Array<ArrayBuffer> {
  const f = new WasmFunction(["i32", "i32", "i32"], []);
  for (const index of [0, 1, 2]) f.get(f.parameter(index));
  f.memoryFill();
  return encodeModule({
    importModule: "host",
    functionImports: [],
    memory: "memory",
    functions: [f],
    exports: [["fill", 0]],
  });
}
