// Device models inside the replicas and below them: the guest executes the same steps, and the outside sees the same bytes,
// also where a replica errs, whatever the host's timing is and whatever is compiled when.
//
// EXTRAVIRT_CAMPAIGN_SCALE=10 tries ten times as many faults (`npm run soak`).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guestNames } from "../../guests/guest-list.ts";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { SlotConfig } from "../../core/index.ts";
import { registryFor } from "../../core/recording/recorded-machine.ts";
import { RecordedRun } from "../../core/recording/recorded-run.ts";
import { RecordingReplay } from "../../core/recording/replay-recording.ts";
import { TYPED, expectedOutput, guestFile, runGuest } from "./guest-run.ts";
import type { GuestResult, GuestRun } from "./guest-run.ts";
import { drawDuringRecovery, drawSingle } from "./single-fault/draw-experiment.ts";
import { runExperiment } from "./single-fault/run-experiment.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const SCALE = Number(process.env["EXTRAVIRT_CAMPAIGN_SCALE"] ?? "1");
const SINGLE_FAULTS = 2 * SCALE;
const FAULTS_DURING_RECOVERY = SCALE;
const SEED = 40_000;

const INLINE: SlotConfig = { use: "inline" };
const BELOW: SlotConfig = { use: "devices-below" };

/** With what it needs to do its work. */
const runOf = (guest: string): GuestRun =>
  SUBJECTS.find(({ run }) => run.guest === guest)?.run ?? { guest };

/** With devices inside, alone: what the guest is known to do. */
const runInside = (run: GuestRun): Promise<GuestResult> =>
  runGuest({ ...run, slots: { replication: { use: "solo" }, placement: INLINE } });

function expectSame(below: GuestResult, inside: GuestResult): void {
  expect(below.report.divergences).toEqual([]);
  expect(below.output).toBe(inside.output);
  const { stop, outputDigest } = inside.report;
  expect(below.report).toMatchObject({ stop, outputDigest });
  expect(below.disk?.equals(inside.disk ?? Buffer.alloc(0)) ?? true).toBe(true);
  expect(below.report.epochs).toBeGreaterThan(inside.report.epochs);
}

describe("with devices below", { timeout: 120_000 }, () => {
  it.each(guestNames())("%s does what it does with devices inside, to the step", async (guest) => {
    const inside = await runInside(runOf(guest));
    expect(inside.output).toBe(expectedOutput(guest));
    const slots = { placement: INLINE, boundary: BELOW };
    const below = await runGuest({ ...runOf(guest), slots });
    expectSame(below, inside);
    // A station's answer enters as soon as it is there: below, that is the end of an access.
    const { steps } = guest === "network" ? below.report : inside.report;
    expect(below.report.steps).toBe(steps);
  });

  it("a machine that checks itself is refused", async () => {
    const slots = {
      replication: { use: "duplicated" },
      recovery: { use: "rollback" },
      placement: INLINE,
      boundary: BELOW,
    };
    await expect(runGuest({ guest: "small", slots })).rejects.toMatchObject({
      code: "XV_ERR_CONFIG_BOUNDARY",
    });
  });
});

describe.each(SUBJECTS)("with devices below, $name", { timeout: 240_000 * SCALE }, (subject) => {
  const slots = { placement: INLINE, boundary: BELOW };

  it("ends in the same state under jitter, in threads, interpreted or compiled", async () => {
    const first = await runGuest({ ...subject.run, slots });
    expect(first.output).toBe(subject.expected);
    const jitter = { placement: { use: "worker-threads", jitterMs: 1 } };
    const epochs = { replication: { use: "triple", epochSteps: subject.epochSteps[0] as number } };
    for (const [others, compileAfterJumps] of [
      [jitter, 1],
      // With input, a guest's way depends on where epochs end.
      [subject.run.console === undefined ? epochs : {}, 0],
    ] as const) {
      const compiler = { compileAfterJumps };
      const other = await runGuest({ ...subject.run, compiler, slots: { ...slots, ...others } });
      const { finalState, steps, outputDigest } = first.report;
      expect(finalState).toMatch(/^[0-9a-f]{64}$/);
      expect(other.report).toMatchObject({ finalState, steps, outputDigest, divergences: [] });
    }
  });

  it("shows nothing of faults in replicas", async () => {
    const golden = await runGuest({ ...subject.run, slots });
    const random = SEED + SUBJECTS.indexOf(subject) * 1000 * SCALE;
    const outcomes = new Set<string>();
    for (let index = 0; index < SINGLE_FAULTS + FAULTS_DURING_RECOVERY; index++) {
      const seed = random + index;
      const draw = index < SINGLE_FAULTS ? drawSingle : drawDuringRecovery;
      const place = { seed, steps: golden.report.steps, index: seed };
      const drawn = draw(new SeededRandom(seed), subject, place);
      const experiment = { ...drawn, slots: { ...drawn.slots, boundary: BELOW } };
      const { outcome } = await runExperiment(subject, experiment, golden);
      outcomes.add(outcome);
    }
    expect(outcomes).toContain("recovered");
  });
});

describe("with devices below", { timeout: 120_000 }, () => {
  it("a recording is executed again without any device model or file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-below-"));
    try {
      const { config } = await loadConfigObject({
        machine: { ram: "16 MiB", boot: { use: "elf", program: guestFile("console-echo") } },
        console: { use: "file", output: join(folder, "out.txt"), inputText: TYPED },
        placement: INLINE,
        boundary: BELOW,
        replication: { use: "pair", epochSteps: 2000 },
        checkpoint: { use: "periodic", everyEpochs: 4 },
        faults: [{ use: "register-bit-flip", replica: 0, at: 30_000, register: "x2", bit: 9 }],
        recording: { path: join(folder, "recording"), snapshotEveryEpochs: 100 },
        log: { level: "error" },
      });
      const report = await runMachine(config);
      expect(report.divergences).toHaveLength(1);
      rmSync(join(folder, "out.txt"));
      const recorded = new RecordedRun(join(folder, "recording"));
      const registry = await registryFor(recorded.manifest, recorded.path, undefined);
      expect(new RecordingReplay(recorded, registry, {}).execute()).toMatchObject({
        difference: undefined,
        isFinalStateChecked: true,
        digestsChecked: report.epochs,
        step: report.steps,
      });
      recorded.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
