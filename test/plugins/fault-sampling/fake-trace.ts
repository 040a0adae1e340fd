// A run that never was: which of three registers each step reads and overwrites, at random, and what becomes of a fault,
// which only depends on who reads it.
import { RandomStream } from "../../../core/index.ts";
import type {
  FaultConfig,
  FaultSpace,
  Outcome,
  RegisterUse,
  SpacePart,
} from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";

const registry = await loadRegistry({ plugins: [] });
const NAMES = ["x1", "x2", "x3"] as const;
const BITS = 4;

export const INTEGERS: SpacePart = {
  name: "register-bit-flip/integer",
  model: registry.get("fault", "register-bit-flip"),
  group: "integer",
  sites: NAMES.length * BITS,
  share: 0.6,
  siteAt: (index) => ({ register: NAMES[Math.floor(index / BITS)], bit: index % BITS, width: 1 }),
};

const MEMORY: SpacePart = {
  name: "memory-bit-flip",
  model: registry.get("fault", "memory-bit-flip"),
  sites: 8,
  share: 0.4,
  siteAt: (index) => ({ address: 0, bit: index, width: 1 }),
};

/** Steps; the run goes on after the fault space ends. */
const STEPS = 120;

export function randomTrace(seed: number): readonly RegisterUse[] {
  const random = new RandomStream(seed);
  const some = (chance: number): readonly string[] =>
    NAMES.filter(() => random.fraction() < chance);
  return Array.from({ length: STEPS }, (_, step): RegisterUse[] => {
    const use = { step, reads: some(0.08), writes: some(0.12) };
    // An epoch ends.
    return step % 40 === 39 ? [use, { step, reads: "all", writes: [] }] : [use];
  }).flat();
}

export function traceSpace(trace: readonly RegisterUse[]): FaultSpace {
  return {
    parts: [INTEGERS, MEMORY],
    firstStep: 10,
    endStep: 90,
    replicas: [0, 1],
    uses: () => trace,
  };
}

/** By looking at every step from the fault on: what the analysis is compared with. */
export function outcomeOf(fault: FaultConfig, trace: readonly RegisterUse[]): Outcome {
  const { register, bit, at } = fault;
  if (register === undefined) return at % 3 === 0 ? "crash" : "masked";
  for (const { step, reads, writes } of trace) {
    if (step < at) continue;
    const name = register as string;
    if (reads === "all" || reads.includes(name)) {
      const kind = (step * 7 + (bit as number) * 3 + Number(name.slice(1))) % 4;
      return (["masked", "silent-corruption", "hang", "recovered"] as const)[kind]!;
    }
    if (writes.includes(name)) return "masked";
  }
  return "masked";
}
