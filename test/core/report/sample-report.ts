// A made-up comparison with everything a report can show, made the same way each time: the data of its tests.
import { figuresOf } from "../../../core/campaign/variant-figures.ts";
import type { FaultConfig, Outcome, StoredResult } from "../../../core/index.ts";
import type { VariantCosts } from "../../../core/measurement/variant-costs.ts";
import type { ReportInput, ReportVariant } from "../../../core/report/report-input.ts";
import type { PlanFacts } from "../../../core/statistics/plan-facts.ts";
import { strategiesOf } from "../../../core/report/strategies.ts";
import { summarise } from "../../../core/statistics/summary.ts";

const STEPS = 1_200_000;
const FUNCTIONS = ["main", "sort", "crc32_update", "print_hex", "matrix_multiply", "<&evil>"];
const EXPERIMENTS = 600;

const FACTS: PlanFacts = {
  planned: EXPERIMENTS,
  allocation: "proportional",
  strata: [
    {
      name: "register-bit-flip/integer",
      part: "register-bit-flip/integer",
      points: 31 * 64 * STEPS,
      share: 1,
    },
  ],
  notes: ["A note of the sampling <with> brackets."],
  parts: [
    {
      name: "register-bit-flip/integer",
      model: "register-bit-flip",
      group: "integer",
      sites: 31 * 64,
      share: 1,
      isStorage: true,
    },
  ],
  firstStep: 0,
  endStep: STEPS,
};

/** A sequence without meaning that is the same each time (Lehmer's generator as of Park and Miller, 1988). */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

interface Kind {
  readonly name: string;
  /** Beside masked, in turns. */
  readonly outcomes: readonly Outcome[];
  readonly overhead: number;
  readonly frames: number;
}

function resultsOf({ name, outcomes }: Kind): readonly StoredResult[] {
  // The same faults for each variant.
  const next = sequence(2026);
  return Array.from({ length: EXPERIMENTS }, (_, index): StoredResult => {
    const register = 1 + next(31);
    const bit = next(64);
    const at = next(STEPS);
    const isMasked = (register * 7 + (bit >> 3)) % 11 < 6;
    const outcome: Outcome = isMasked ? "masked" : outcomes[next(97) % outcomes.length]!;
    const isDetected = outcome === "recovered" || outcome === "stopped";
    const fault: FaultConfig = {
      use: "register-bit-flip",
      at,
      replica: 0,
      register: `x${register}`,
      bit,
    };
    return {
      index,
      outcome,
      variant: name,
      experiment: { index, fault, stratum: "register-bit-flip/integer", weight: 1 },
      injected: `bit ${bit} of x${register} flipped`,
      injectedAt: at,
      struck: {
        hart: 0,
        pc: BigInt(0x8000_0000 + at),
        symbol: `${FUNCTIONS[next(FUNCTIONS.length)]}+0x${next(64).toString(16)}`,
        text: `addi a0, a0, ${next(9)}`,
      },
      ended: isMasked ? "converged" : "guest-end",
      ...(isDetected && {
        detector: "ballots" as const,
        latencySteps: 100 + next(90_000),
        latencyEpochs: next(2),
        lostSteps: next(400_000),
      }),
      ...(outcome === "silent-corruption" && { firstWrong: { output: "uart0, byte 17" } }),
    };
  });
}

function costsOf({ overhead, frames }: Kind, hasRecovery: boolean): VariantCosts {
  const wallMs = 160 * overhead;
  return {
    runs: 3,
    wallMs,
    wallSamplesMs: [wallMs * 1.1, wallMs, wallMs * 0.95],
    cpuMs: 150 * overhead * 1.8,
    startMs: 90,
    framesAtRest: frames,
    peakFrames: frames * 2,
    memory: Array.from({ length: 12 }, (_, index) => ({
      epoch: index * 5,
      steps: index * 100_000,
      peakFrames: frames * 2 - (index % 3),
      replicaPages: 58,
      framesByOwner: { free: 4000, zero: 1, checkpoint: frames - 3 + (index % 4) },
    })),
    checkpoints: 12,
    pauseMs: 0.8,
    outputDelay: { medianMs: 2.4, p95Ms: 6, mostMs: 9 },
    ...(hasRecovery && { recoveryMs: 48, replayedSteps: 250_000 }),
    timeline: hasRecovery
      ? [
          { kind: "fault", atMs: 90, steps: 700_000, what: "step 700000: bit 4 of x2 flipped" },
          { kind: "divergence", atMs: 95, steps: 700_000, what: "epoch 7: register hart0.x2" },
          { kind: "replica", atMs: 97, steps: 700_000, what: "replica 2 starts" },
          { kind: "recovered", atMs: 143, steps: 700_000, what: "recovered by third-replica" },
          { kind: "diagnosis", atMs: 150, steps: 700_000, what: "core 1 was tried" },
          { kind: "verified", atMs: 152, steps: 800_000, what: "epoch 7 agreed on" },
          { kind: "verified", atMs: 158, steps: 900_000, what: "epoch 8 agreed on" },
        ]
      : [],
  };
}

const KINDS: readonly Kind[] = [
  {
    name: "solo",
    outcomes: ["silent-corruption", "silent-corruption", "crash", "hang"],
    overhead: 1,
    frames: 58,
  },
  { name: "pair-fail-stop", outcomes: ["stopped"], overhead: 1.3, frames: 60 },
  { name: "pair-third-replica", outcomes: ["recovered"], overhead: 1.42, frames: 61 },
  {
    name: "broken-voting",
    outcomes: ["recovered", "recovered", "recovered-wrong"],
    overhead: 1.4,
    frames: 110,
  },
];

export async function sampleReport(): Promise<ReportInput> {
  const variants: ReportVariant[] = [];
  for (const [index, kind] of KINDS.entries()) {
    const results = resultsOf(kind);
    const hasRecovery = kind.outcomes.includes("recovered");
    variants.push({
      name: kind.name,
      differences: index === 0 ? [] : [`recovery: "${kind.name}"`, 'memorySharing: "private"'],
      strategies: strategiesOf({
        replication: { use: index === 0 ? "solo" : "pair", epochSteps: 100_000 },
        recovery: { use: kind.name },
      }),
      golden: {
        steps: STEPS,
        epochs: 12,
        replicas: index === 0 ? 1 : 2,
        stop: { reason: "power-off", exitCode: 0 },
        outputDigest: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
      },
      summary: summarise(FACTS, results, { variant: kind.name, confidence: 0.95 }),
      figures: figuresOf(FACTS, results),
      ...(index > 0 && {
        paired: { faults: EXPERIMENTS, others: 0, onlyFirst: 240, onlyThis: 3, pValue: 2e-9 },
      }),
      costs: costsOf(kind, hasRecovery),
    });
  }
  return {
    kind: "comparison",
    label: "sample & <made up>.yaml",
    ranVersion: "1.2.3",
    changes: [],
    version: "0.0.0",
    guest: "elf small.elf",
    mode: "full",
    seed: 2026,
    sampling: "uniform",
    variants,
    commands: ["extravirt compare sample.yaml --set 'campaign.experiments=600'"],
    host: { processor: "a made-up processor", cores: 2, node: "26.0.0", date: "2026-01-01" },
  };
}
