// The soft MMU of one replica: refills of the soft TLBs as generated code, called by the interpreter and by compiled
// code. DETERMINISM: what it does to guest state (accessed and dirty bits), a walk in TypeScript would do as well.
import { type GuestMemory, PAGE_BYTES } from "../../../core/index.ts";
import type { RefillImports } from "../../engine/interpreter-imports.ts";
import type { PageStates } from "../../engine/page-states.ts";
import { encodeModule } from "../../engine/wasm-module.ts";
import { generateRefillFetch, generateRefillRead, generateRefillWrite } from "./refill.ts";

export function instantiateSoftMmu(
  memory: GuestMemory,
  ramBase: number,
  states: PageStates,
): RefillImports {
  const places = {
    ramPage: ramBase / PAGE_BYTES,
    ramPages: memory.pages,
    mapEntries: memory.pageMap.entries,
    frames: memory.pageMap.frames,
    pageStates: states.address,
  };
  const bytes = encodeModule({
    importModule: "engine",
    functionImports: [],
    memory: "memory",
    functions: [
      generateRefillRead(places),
      generateRefillWrite(places),
      generateRefillFetch(places),
    ],
    exports: [
      ["refillRead", 0],
      ["refillWrite", 1],
      ["refillFetch", 2],
    ],
  });
  const module = new WebAssembly.Module(bytes);
  const instance = new WebAssembly.Instance(module, { engine: { memory: memory.shared } });
  return instance.exports as unknown as RefillImports;
}
