// Draws defects of cores: what is stuck for good, what comes and goes, and upsets that strike every core alike.
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";

export const DEFECTS = [
  "a stuck register",
  "a stuck result",
  "a result that errs now and then",
  "a register stuck now and then",
] as const;

export type Defect = (typeof DEFECTS)[number];

export interface Setting {
  readonly replication: SlotConfig;
  readonly recovery: SlotConfig;
}

const EPOCH_STEPS = [10_000, 30_000] as const;
/** Registers that programs use all the time; a defect that nobody meets shows nothing. */
const REGISTERS = ["x1", "x2", "x8", "x10", "x11", "x14", "x15"] as const;
const TIMES = 400;

export function drawSetting(random: SeededRandom): Setting {
  return {
    replication: {
      use: random.pick(["pair", "pair", "triple"]),
      epochSteps: random.pick(EPOCH_STEPS),
    },
    recovery: { use: random.pick(["third-replica", "repair"]) },
  };
}

/** On a core that runs a replica from the start, somewhere in the first half of the run. */
export function drawDefect(
  random: SeededRandom,
  defect: Defect,
  { steps, core }: { readonly steps: number; readonly core: number },
): FaultConfig {
  const at = random.below(Math.floor(steps / 2));
  const repeat = { times: TIMES, everySteps: Math.floor(steps / 40) + random.below(steps / 10) };
  const stuck = {
    use: "stuck-at",
    register: random.pick(REGISTERS),
    bit: random.below(16),
    value: random.below(2),
  };
  const place = { core, at };
  if (defect === "a stuck register") return { ...stuck, ...place };
  if (defect === "a stuck result") {
    const [bit, value] = [random.below(12), random.below(2)];
    return { use: "result-stuck-at", bit, value, ...place };
  }
  if (defect === "a register stuck now and then") {
    return { ...stuck, ...place, steps: 50 + random.below(500), repeat };
  }
  return { use: "result-bit-flip", bit: random.below(16), ...place, repeat };
}
