// A seeded campaign of faults over the bundled guests. Whatever goes wrong in one replica, the outside sees the bytes of
// the fault-free run, or under fail-stop an honest end before anything wrong. The records in a failure repeat it.
//
// EXTRAVIRT_CAMPAIGN_SCALE=10 tries ten times as many (`npm run soak`).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import { drawDuringRecovery, drawHang, drawSingle } from "./single-fault/draw-experiment.ts";
import type { Experiment } from "./single-fault/draw-experiment.ts";
import { OUTCOMES, runExperiment } from "./single-fault/run-experiment.ts";
import type { Outcome } from "./single-fault/run-experiment.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";
import type { Subject } from "./single-fault/subjects.ts";

const SCALE = Number(process.env["EXTRAVIRT_CAMPAIGN_SCALE"] ?? "1");
const SINGLE_FAULTS = 24 * SCALE;
const HANGS = SCALE;
const FAULTS_DURING_RECOVERY = 6 * SCALE;
const IN_WITNESS = "in the witness: ";
const SUBJECT_TIMEOUT_MS = 240_000 * SCALE;
/** Seeds of a subject and of its kinds of experiment start this far apart. */
const SEEDS = { subject: 1000 * SCALE, hang: 500 * SCALE, recovery: 700 * SCALE } as const;

interface Entry {
  readonly fault: string;
  readonly recovery: string;
  readonly outcome: Outcome;
  /** The fault itself and, where there was one, the fault in the witness happened. */
  readonly isComplete: boolean;
}

const campaign: Entry[] = [];

describe.each(SUBJECTS)("$name", { timeout: SUBJECT_TIMEOUT_MS }, (subject) => {
  const base = SUBJECTS.indexOf(subject) * SEEDS.subject;
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await runGuest({ ...subject.run, slots: { placement: { use: "inline" } } });
  });

  it("shows what is recorded when nothing goes wrong", () => {
    expect(golden.output).toBe(subject.expected);
  });

  async function tryAll(
    count: number,
    firstSeed: number,
    kind: string,
    draw: (
      random: SeededRandom,
      subject: Subject,
      place: { readonly seed: number; readonly steps: number; readonly index: number },
    ) => Experiment,
  ): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let index = 0; index < count; index++) {
      const seed = firstSeed + index;
      const place = { seed, steps: golden.report.steps, index: seed };
      const experiment = draw(new SeededRandom(seed), subject, place);
      const { outcome, injected } = await runExperiment(subject, experiment, golden);
      const isComplete = injected === experiment.faults.length;
      const fault = `${kind}${experiment.faults.at(-1)?.use}`;
      entries.push({
        fault,
        recovery: experiment.slots["recovery"]?.use ?? "",
        outcome,
        isComplete,
      });
    }
    campaign.push(...entries);
    return entries;
  }

  it("shows nothing of single faults", async () => {
    const entries = await tryAll(SINGLE_FAULTS, base, "", drawSingle);
    expect(entries.some(({ outcome }) => outcome === "recovered")).toBe(true);
  });

  it("shows nothing of a worker that hangs", async () => {
    const entries = await tryAll(HANGS, base + SEEDS.hang, "", drawHang);
    expect(entries.every(({ outcome }) => outcome !== "masked")).toBe(true);
  });

  it("shows nothing of a fault in the witness while it replays", async () => {
    const entries = await tryAll(
      FAULTS_DURING_RECOVERY,
      base + SEEDS.recovery,
      IN_WITNESS,
      drawDuringRecovery,
    );
    expect(entries.some(({ outcome }) => outcome === "recovered")).toBe(true);
  });
});

describe("the campaign as a whole", () => {
  it("tried enough faults, and many of them were detected", () => {
    const count = (outcome: Outcome): number =>
      campaign.filter((entry) => entry.outcome === outcome).length;
    expect(campaign.length - count("not reached")).toBeGreaterThanOrEqual(200);
    expect(count("recovered")).toBeGreaterThanOrEqual(80);
    expect(count("stopped")).toBeGreaterThanOrEqual(5);
    expect(count("masked")).toBeGreaterThanOrEqual(10);
    const inWitness = campaign.filter(({ fault }) => fault.startsWith(IN_WITNESS));
    expect(inWitness.filter(({ isComplete }) => isComplete).length).toBeGreaterThanOrEqual(24);
  });
});

afterAll(() => {
  process.stdout.write(`\n${tableOf(campaign)}\n`);
});

function tableOf(entries: readonly Entry[]): string {
  const row = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(36) + cells.map((cell) => String(cell).padStart(13)).join("");
  const counts = (wanted: (entry: Entry) => boolean): number[] =>
    OUTCOMES.map((outcome) => entries.filter((e) => wanted(e) && e.outcome === outcome).length);
  const names = (key: "fault" | "recovery"): string[] =>
    [...new Set(entries.map((entry) => entry[key]))].toSorted();
  return [
    row("fault", OUTCOMES),
    ...names("fault").map((name) =>
      row(
        name,
        counts(({ fault }) => fault === name),
      ),
    ),
    row("recovery", OUTCOMES),
    ...names("recovery").map((name) =>
      row(
        name,
        counts(({ recovery }) => recovery === name),
      ),
    ),
    row(
      "all",
      counts(() => true),
    ),
    `all faults happened in ${entries.filter(({ isComplete }) => isComplete).length} of ${entries.length}`,
  ].join("\n");
}
