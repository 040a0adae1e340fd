// What regions call for an access that their own check of the TLB did not settle: refills after a miss, and for members
// of a group whose common check failed, a check of their own before that.
import type { StateLayout } from "../interpreter-frame.ts";
import type { RefillImports } from "../interpreter-imports.ts";
import { probe, pushHostAddress } from "../interpreter-memory.ts";
import { TLB, WORD } from "../record-layout.ts";
import { WasmFunction } from "../wasm-function.ts";
import { encodeModule } from "../wasm-module.ts";
import type { RegionImport } from "./region-frame.ts";

export type Refills = Pick<RefillImports, "refillRead" | "refillWrite">;

const PARAMETERS = ["i32", "i64", "i32"] as const;

export function accessFunctions(
  layout: StateLayout,
  memory: WebAssembly.Memory,
  { refillRead, refillWrite }: Refills,
): Record<RegionImport, CallableFunction> {
  const refills = { refillRead, refillWrite };
  const bytes = encodeModule({
    importModule: "engine",
    functionImports: ["refillRead", "refillWrite"].map((name) => ({
      name,
      parameters: PARAMETERS,
      results: ["i32"],
    })),
    memory: "memory",
    functions: [reach(layout, TLB.read, 0), reach(layout, TLB.write, 1)],
    exports: [
      ["reachRead", 0],
      ["reachWrite", 1],
    ],
  });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    engine: { memory, ...refills },
  });
  const { reachRead, reachWrite } = instance.exports as Record<string, CallableFunction>;
  if (reachRead === undefined || reachWrite === undefined) throw new Error("exports are missing");
  return { ...refills, reachRead, reachWrite };
}

/** A check of the TLB for one aligned byte of the access, then the refill. */
function reach(layout: StateLayout, table: number, refill: number): WasmFunction {
  const f = new WasmFunction(PARAMETERS, ["i32"]);
  const base = f.parameter(0);
  const size = f.parameter(2);
  const frame = {
    f,
    address: f.local("i64"),
    entry: f.local("i32"),
    tlbSet: f.local("i32"),
  };
  f.get(base);
  f.memory("i32Load", layout.words + WORD.tlbSet);
  f.set(frame.tlbSet);
  f.get(f.parameter(1));
  probe(frame, table, 1);
  // All bytes in the page.
  f.get(frame.address);
  f.op("i32WrapI64");
  f.i32(4095);
  f.op("i32And");
  f.get(size);
  f.op("i32Add");
  f.i32(4096);
  f.op("i32LeU");
  f.op("i32And");
  f.if("i32", true);
  pushHostAddress(frame, table);
  f.else();
  f.get(base);
  f.get(f.parameter(1));
  f.get(size);
  f.call(refill);
  f.end();
  return f;
}
