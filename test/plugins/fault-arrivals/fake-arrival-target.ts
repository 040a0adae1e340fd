// A machine with three registers and a page of memory, and the built-in fault models.
import type { ArrivalTarget } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";

const registry = await loadRegistry({ plugins: [] });

export function fakeArrivalTarget(changes: Partial<ArrivalTarget> = {}): ArrivalTarget {
  return {
    registers: [
      { name: "x1", group: "integer", bits: 64 },
      { name: "f0", group: "float", bits: 64 },
      { name: "priv", group: "control", bits: 2 },
    ],
    harts: 1,
    ramBase: 0x8000_0000,
    ramBytes: 4096,
    busyCores: 2,
    cores: 3,
    stepLimit: 0,
    stepsPerSecond: 1e9,
    models: registry.list("fault"),
    model: (name) => registry.get("fault", name),
    ...changes,
  };
}
