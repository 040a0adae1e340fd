// Instruments and profiles of whole runs: what replicas find reaches the report, also in a recovery, and nothing of it
// makes them differ.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import type { Note } from "../../../core/coordinator/run-observation.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import { bareMetalMachine } from "../replica/bare-metal-machine.ts";
import { LETTERS, toyConfig } from "./toy-run.ts";

const FAULT = { use: "register-bit-flip", replica: 1, at: 700_000, register: "x2", bit: 4 };
const MIX = { use: "instruction-mix" };

async function run(changes: object, notes: Note[] = [], guest = "small"): Promise<RunReport> {
  const { boot, clock } = bareMetalMachine(guest);
  const { config } = await loadConfigObject({
    machine: { boot, clock, ram: "16 MiB" },
    console: { use: "null" },
    replication: { use: "pair", epochSteps: 100_000, runAheadEpochs: 2 },
    checkpoint: { use: "periodic", everyEpochs: 3 },
    log: { level: "silent" },
    ...changes,
  });
  return runMachine(config, { isFinalStateWanted: true, onNote: (note) => notes.push(note) });
}

describe("a run with instruments", { timeout: 60_000 }, () => {
  it("reports what each replica found, from where it started, and ends as without", async () => {
    const plain = await run({ faults: [FAULT] });
    for (const placement of ["inline", "worker-threads"]) {
      const report = await run({ faults: [FAULT], instrumentation: [MIX], placement });
      expect(report.finalState).toBe(plain.finalState);
      expect(report.divergences.length).toBe(1);
      const [first, witness] = report.instrumentation ?? [];
      expect(first).toMatchObject({ use: "instruction-mix", replica: 0, fromStep: 0 });
      expect(first?.toStep).toBe(report.steps);
      expect(witness).toMatchObject({ replica: 2, toStep: report.steps });
      const seen = report.steps - (witness?.fromStep ?? 0);
      expect(seen).toBeLessThan(report.steps);
      expect(seen).toBeGreaterThan(report.steps - FAULT.at);
      const totals = (report.instrumentation ?? []).map(
        ({ data }) => (data as { total: number }).total,
      );
      expect(totals[0]).toBeGreaterThan(report.steps * 0.999);
      expect(totals[1]).toBeGreaterThan(seen * 0.999);
      expect(totals[1]).toBeLessThanOrEqual(seen);
    }
  });

  it("prints notes with the number of their replica, or writes them to a file for each", async () => {
    const notes: Note[] = [];
    await run({ instrumentation: [{ use: "trace", from: 10, to: 13 }] }, notes);
    expect(notes.map(({ replica }) => replica).sort()).toEqual([0, 1]);
    expect(notes[0]?.text).toBe(notes[1]?.text);
    expect(notes[0]).toMatchObject({ use: "trace", replicas: 2 });
    const folder = mkdtempSync(join(tmpdir(), "extravirt-trace-"));
    try {
      const file = join(folder, "trace.txt");
      await run({ instrumentation: [{ use: "trace", from: 10, to: 13, file }] });
      expect(readFileSync(`${file}.0`, "utf8")).toBe(notes[0]?.text);
      expect(readFileSync(`${file}.1`, "utf8")).toBe(notes[0]?.text);
      await run({
        replication: "solo",
        instrumentation: [{ use: "trace", from: 10, to: 13, file }],
      });
      expect(readFileSync(file, "utf8")).toBe(notes[0]?.text);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("profiles each replica without making any difference", async () => {
    const plain = await run({});
    const report = await run({ profile: true });
    expect(report.finalState).toBe(plain.finalState);
    expect(report.divergences).toEqual([]);
    expect(report.profile?.map(({ replica }) => replica)).toEqual([0, 1]);
    for (const { samples, places, activityMs } of report.profile ?? []) {
      expect(samples).toBeGreaterThan(10);
      expect(places.reduce((sum, place) => sum + place.samples, 0)).toBe(samples);
      expect(activityMs.interpreter).toBeGreaterThan(0);
    }
    // What is compiled when differs: one replica takes over what the other one compiled.
    const [a, b] = (report.profile ?? []).map(({ places }) =>
      places.map(({ place, privilege, samples }) => ({ place, privilege, samples })),
    );
    expect(a).toEqual(b);
  });

  it("is refused on a platform that takes no instruments", async () => {
    const config = { ...toyConfig({ source: LETTERS }), instrumentation: [MIX] };
    await expect(runMachine(config)).rejects.toMatchObject({
      code: "XV_ERR_INSTRUMENT_PLATFORM",
      place: "instrumentation[0].use",
      value: "instruction-mix",
    });
  });

  it("is profiled on any platform, as far as it tells", async () => {
    const report = await runMachine({ ...toyConfig({ source: LETTERS }), profile: true });
    expect(report.profile?.map(({ places }) => places)).toEqual([[], []]);
    expect(report.instrumentation).toEqual([]);
  });
});
