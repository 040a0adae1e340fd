// One replica of two says whatever a seed makes it say, to a coordinator that must neither fall nor wait for ever nor
// release a wrong byte. EXTRAVIRT_FUZZ_SCALE=20 tries 20 times as many (`npm run soak`); EXTRAVIRT_FUZZ_SEED=17 repeats one.
import { describe, expect, it } from "vitest";
import { LETTERS, pairOf, runToy } from "../core/coordinator/toy-run.ts";
import { Random } from "../differential/random.ts";
import { wantedFuzzSeeds } from "./fuzz-scale.ts";

const SEEDS = 12;
const MS_PER_SEED = 30_000;
const PLUGIN = new URL("./coordinator/hostile-replica-plugin.ts", import.meta.url).href;
/** Steps that the program takes, roughly. */
const STEPS = 21_000;

describe("a hostile replica", () => {
  const seeds = wantedFuzzSeeds(SEEDS);

  it(
    "does nothing to what leaves",
    async () => {
      const golden = await runToy({ source: LETTERS });
      for (const seed of seeds) {
        const random = new Random(seed);
        const { report, text } = await runToy({
          source: LETTERS,
          plugins: [PLUGIN],
          placement: "worker-threads",
          replication: pairOf({ watchdogMs: 1500 }),
          recovery: { use: random.pick(["third-replica", "repair", "rollback"]), attempts: 3 },
          faults: [{ use: "hostile", replica: random.below(2), at: random.below(STEPS), seed }],
        });
        const ended = { text, stop: report.stop.reason, finalState: report.finalState };
        expect(ended, `seed ${seed}, ${JSON.stringify(report.divergences)}`).toEqual({
          text: golden.text,
          stop: golden.report.stop.reason,
          finalState: golden.report.finalState,
        });
      }
    },
    seeds.length * MS_PER_SEED,
  );
});
