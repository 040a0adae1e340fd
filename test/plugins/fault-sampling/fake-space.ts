// A fault space of two models: 64 bits in each of two registers, and 8 bits of 10 bytes.
import type { FaultSpace, SpacePart } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";

const registry = await loadRegistry({ plugins: [] });

const registers: SpacePart = {
  name: "register-bit-flip/integer",
  model: registry.get("fault", "register-bit-flip"),
  group: "integer",
  sites: 128,
  share: 0.25,
  siteAt: (index) => ({ register: `x${Math.floor(index / 64) + 1}`, bit: index % 64, width: 1 }),
};

const memory: SpacePart = {
  name: "memory-bit-flip",
  model: registry.get("fault", "memory-bit-flip"),
  sites: 80,
  share: 0.75,
  siteAt: (index) => ({ address: Math.floor(index / 8), bit: index % 8, width: 1 }),
};

export function fakeSpace(changes: Partial<FaultSpace> = {}): FaultSpace {
  return {
    parts: [registers, memory],
    firstStep: 100,
    endStep: 300,
    replicas: [0, 1],
    uses: () => [],
    ...changes,
  };
}
