// Chaos: strategies, faults and moments at random, over the bundled guests. The outside sees the bytes of the run without
// fault, or a part of them and an honest end where the policy says so; and no frame of memory is lost.
//
// EXTRAVIRT_CHAOS_RUNS=28 is tried per guest; EXTRAVIRT_CHAOS_SEED=7 repeats one seed and the runs after it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawChaos } from "./chaos/draw-chaos.ts";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import { OUTCOMES, runExperiment } from "./single-fault/run-experiment.ts";
import type { Outcome } from "./single-fault/run-experiment.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const RUNS = Number(process.env["EXTRAVIRT_CHAOS_RUNS"] ?? "28");
const FIRST_SEED = Number(process.env["EXTRAVIRT_CHAOS_SEED"] ?? "1");
/** So that guests do not meet the same draws. */
const SEEDS_OF_SUBJECT = 1_000_000;
const TIMEOUT_MS = 60_000 + 10_000 * RUNS;

interface Entry {
  readonly replication: string;
  readonly recovery: string;
  readonly outcome: Outcome;
}

const entries: Entry[] = [];

describe.each(SUBJECTS)("$name", (subject) => {
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await runGuest({ ...subject.run, slots: { placement: { use: "inline" } } });
  });

  it("shows nothing of chaos", { timeout: TIMEOUT_MS }, async () => {
    const first = SUBJECTS.indexOf(subject) * SEEDS_OF_SUBJECT + FIRST_SEED;
    for (let seed = first; seed < first + RUNS; seed++) {
      const place = { seed, steps: golden.report.steps };
      const run = drawChaos(new SeededRandom(seed), subject, place);
      const { outcome } = await runExperiment(subject, run, golden);
      entries.push({
        replication: run.slots["replication"]?.use ?? "",
        recovery: run.slots["recovery"]?.use ?? "",
        outcome,
      });
    }
    expect(entries.some(({ outcome }) => outcome === "recovered")).toBe(true);
  });
});

afterAll(() => {
  const groups = [
    ...new Set(entries.map(({ replication, recovery }) => `${replication}, ${recovery}`)),
  ];
  const rows = groups.toSorted().map((group) => {
    const of = entries.filter(
      ({ replication, recovery }) => `${replication}, ${recovery}` === group,
    );
    const counts = OUTCOMES.map(
      (outcome) => of.filter((entry) => entry.outcome === outcome).length,
    );
    return group.padEnd(36) + counts.map((count) => String(count).padStart(13)).join("");
  });
  const head = "strategies".padEnd(36) + OUTCOMES.map((name) => name.padStart(13)).join("");
  process.stdout.write(`\n${[head, ...rows].join("\n")}\n`);
});
