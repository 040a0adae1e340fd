// Random code in every privilege mode, with random control registers, page tables, protection and self-modification:
// interpreted and compiled alike, saved and restored anywhere, without a write outside the replica's own frames and
// without an error that leaves the machine. EXTRAVIRT_FUZZ_SCALE=20 tries 20 times as much (`npm run soak`);
// EXTRAVIRT_FUZZ_SEED=17 repeats one seed.
import { describe, expect, it } from "vitest";
import { fuzzEngine } from "./engine/fuzz-engine.ts";
import { wantedFuzzSeeds } from "./fuzz-scale.ts";

const SEEDS = 8;
const STEPS = 250_000;
const MS_PER_SEED = 60_000;

describe("random code", () => {
  const seeds = wantedFuzzSeeds(SEEDS);

  it(
    "does the same interpreted and compiled, and nothing outside its machine",
    async () => {
      let steps = 0;
      for (const seed of seeds) steps += (await fuzzEngine(seed, STEPS)).steps;
      expect(steps).toBeGreaterThanOrEqual(seeds.length * STEPS);
    },
    seeds.length * MS_PER_SEED,
  );
});
