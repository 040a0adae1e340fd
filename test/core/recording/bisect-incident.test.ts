// Incidents of the toy architecture, and what bisection finds in them.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { FaultConfig } from "../../../core/index.ts";
import { IncidentFile } from "../../../core/recording/incident-file.ts";
import { LETTERS, pairOf, toyConfig } from "../coordinator/toy-run.ts";
import { bisect, forgeIncident, incidentsOf } from "./recorded-incident.ts";
import { emptyDirectory } from "./recorded-toy.ts";

const fault = (use: string, at: number, more: object = {}): FaultConfig => ({
  use,
  replica: 1,
  at,
  ...more,
});

const FLIP = fault("register-bit-flip", 8000, { register: "r2", bit: 5 });

describe("an incident", () => {
  it("is written for every divergence and told in report and hook", async () => {
    const later = { ...FLIP, at: 15_000, replica: 0 };
    const { report, files, told, directory } = await incidentsOf([FLIP, later]);
    expect(report.divergences).toHaveLength(2);
    expect(files).toHaveLength(2);
    const reported = report.divergences.map(({ incident }) => incident ?? "");
    expect(reported.toSorted()).toEqual(files);
    expect(told).toEqual(reported);
    expect(files.every((file) => file.startsWith(directory))).toBe(true);
  });

  it("holds divergence, claims, faults, outcome and machine", async () => {
    const { report, files } = await incidentsOf([FLIP, fault("worker-crash", 900_000)]);
    const incident = new IncidentFile(files[0] ?? "");
    const [divergence] = report.divergences;
    expect(incident.isSealed).toBe(true);
    expect(incident.outcome).toEqual({
      outcome: divergence?.outcome,
      durationMs: divergence?.durationMs,
      diagnoses: divergence?.diagnoses ?? [],
    });
    expect(incident.content).toMatchObject({
      divergence: divergence?.divergence,
      replicas: [
        { replica: 0, core: 0, ballot: { epoch: divergence?.divergence.epoch } },
        { replica: 1, core: 1, ballot: { epoch: divergence?.divergence.epoch } },
      ],
      faults: [{ use: "register-bit-flip", at: 8000 }],
      injected: [{ replica: 1, step: 8000 }],
    });
    expect(incident.point.epoch).toBe(14);
    expect(incident.records[0]?.epoch).toBe(15);
    expect(incident.manifest.strategies).toMatchObject({ recovery: "third-replica" });
    incident.close();
  });

  it("is not written unless a directory is named", async () => {
    const report = await runMachine(toyConfig({ source: LETTERS, faults: [FLIP] }));
    expect(report.divergences[0]).not.toHaveProperty("incident");
  });

  it("that can't be written is no reason to end a run", async () => {
    const directory = await emptyDirectory();
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const { report } = await incidentsOf([FLIP], {}, join(file, "incidents"));
    expect(report.stop.reason).toBe("power-off");
    expect(report.divergences[0]?.outcome.kind).toBe("recovered");
    expect(report.divergences[0]).not.toHaveProperty("incident");
    await chmod(file, 0o600);
  });

  it("is refused when altered, and replayable when the run was cut off before its outcome", async () => {
    const { files } = await incidentsOf([FLIP]);
    const bytes = await readFile(files[0] ?? "");
    const path = join(await emptyDirectory(), "changed.xvi");
    const changed = Uint8Array.from(bytes);
    changed[300] = (changed[300] ?? 0) ^ 1;
    await writeFile(path, changed);
    await expect(bisect(path)).rejects.toMatchObject({ code: "XV_ERR_RECORDING_ALTERED" });
    await writeFile(path, bytes.subarray(0, -5));
    const incident = new IncidentFile(path);
    expect(incident.isSealed).toBe(false);
    incident.close();
    expect((await bisect(path)).suspects[1]?.cause).toMatchObject({ kind: "found", step: 8000 });
    await writeFile(path, bytes.subarray(0, 200));
    await expect(bisect(path)).rejects.toMatchObject({ code: "XV_ERR_RECORDING_INCOMPLETE" });
  });
});

describe("bisection", () => {
  it("names step and bit of a flipped register, and who was right", async () => {
    const { files } = await incidentsOf([FLIP]);
    const { suspects, checkpointEpoch } = await bisect(files[0] ?? "");
    expect(checkpointEpoch).toBe(14);
    expect(suspects[0]).toMatchObject({ replica: 0, verdict: "right", cause: undefined });
    expect(suspects[1]).toMatchObject({
      replica: 1,
      verdict: "wrong",
      cause: {
        kind: "found",
        step: 8000,
        isBefore: true,
        isReproduced: true,
        ended: undefined,
        firstUse: undefined,
        differences: { registers: [{ name: "r2", bits: [5] }], memoryBytes: 0, isElsewhere: false },
      },
    });
  });

  it("names a fault that arrived at random, from the records in the incident", async () => {
    const arrival = {
      use: "random",
      seed: 3,
      faultsPerBillionSteps: 100_000,
      untilSteps: 20_000,
      models: [{ use: "register-bit-flip", register: "r2" }],
    };
    const { report } = await incidentsOf([], { faultArrivals: [arrival] });
    const [first] = report.faults;
    const file = report.divergences[0]?.incident ?? "";
    const incident = new IncidentFile(file);
    expect(incident.manifest.faults).toEqual(report.arrivals);
    incident.close();
    const { suspects } = await bisect(file);
    const wrong = suspects.find(({ verdict }) => verdict === "wrong");
    expect(wrong).toMatchObject({
      replica: first?.replica,
      cause: { kind: "found", step: first?.step, differences: { registers: [{ name: "r2" }] } },
    });
  });

  it("passes over faults that were masked before the one that mattered", async () => {
    // r6 is loaded anew in every round.
    const masked = fault("register-bit-flip", 8002, { register: "r6", bit: 1 });
    for (const at of [8500, 9100]) {
      const { files } = await incidentsOf([masked, { ...FLIP, at }]);
      const { suspects } = await bisect(files[0] ?? "");
      expect(suspects[1]?.cause).toMatchObject({ kind: "found", step: at });
    }
  });

  it("names the wrong byte of memory, and the instruction that first used it", async () => {
    // Byte of the work area that the next rounds read.
    const flip = fault("memory-bit-flip", 8000, { address: 0x4000 + 20 * 200, bit: 3 });
    const { files, report } = await incidentsOf([flip]);
    expect(report.divergences.length).toBeGreaterThan(0);
    const { suspects } = await bisect(files[0] ?? "");
    const cause = suspects[1]?.cause;
    expect(cause).toMatchObject({
      kind: "found",
      step: 8000,
      isBefore: true,
      differences: { registers: [], memory: [{ address: 0x4000 + 4000, bits: [3] }] },
      firstUse: { kind: "used" },
    });
    const used =
      cause?.kind === "found" && cause.firstUse?.kind === "used" ? cause.firstUse.step : 0;
    expect(used).toBeGreaterThan(8000);
    expect(used).toBeLessThan(8000 + 7 * 310);
  });

  it("says that nothing used a wrong byte which a checkpoint found", async () => {
    const flip = fault("memory-bit-flip", 8000, { address: 0x30000, bit: 3 });
    const { files, report } = await incidentsOf([flip]);
    expect(report.divergences[0]?.divergence.signal).toBe("state");
    const { suspects } = await bisect(files[0] ?? "");
    expect(suspects[0]?.verdict).toBe("right");
    expect(suspects[1]).toMatchObject({
      verdict: "wrong",
      cause: { kind: "found", step: 8000, firstUse: { kind: "unused" } },
    });
  });

  it("names the instruction whose result was wrong", async () => {
    const { files } = await incidentsOf([fault("result-bit-flip", 8000, { bit: 7 })]);
    const { suspects } = await bisect(files[0] ?? "");
    const cause = suspects[1]?.cause;
    expect(cause).toMatchObject({ kind: "found", isBefore: false, isReproduced: true });
    const step = cause?.kind === "found" ? cause.step : 0;
    expect(step).toBeGreaterThanOrEqual(8000);
    expect(step).toBeLessThan(8010);
    expect(cause).toMatchObject({ differences: { registers: [{ bits: [7] }], memoryBytes: 0 } });
  });

  it("names the step at which a replica crashed or hung", async () => {
    const crash = await incidentsOf([fault("worker-crash", 8123)]);
    expect((await bisect(crash.files[0] ?? "")).suspects[1]).toMatchObject({
      verdict: "ended",
      cause: { kind: "found", step: 8123, ended: "the replica crashed", isReproduced: true },
    });
    const hang = await incidentsOf([fault("worker-hang", 8123)], {
      replication: pairOf({ watchdogMs: 300 }),
    });
    expect((await bisect(hang.files[0] ?? "")).suspects[1]).toMatchObject({
      verdict: "ended",
      cause: { kind: "found", step: 8123, ended: "the replica hangs" },
    });
  });

  it("does not claim more than it can of a replica that ended by its own check", async () => {
    const { files } = await incidentsOf([FLIP]);
    const forged = await forgeIncident(files[0] ?? "", (type, text) => {
      if (type !== "INCI") return undefined;
      const content = JSON.parse(text) as {
        divergence: { signal: string };
        replicas: { ballot?: unknown; crash?: string }[];
      };
      content.divergence.signal = "self-check";
      delete content.replicas[1]?.ballot;
      Object.assign(content.replicas[1] ?? {}, { crash: "r2 and its shadow differ" });
      return JSON.stringify(content);
    });
    expect((await bisect(forged)).suspects[1]).toMatchObject({
      verdict: "ended",
      cause: { kind: "found", step: 8000, isReproduced: undefined },
    });
  });

  it("narrows down what no recorded fault explains", async () => {
    const { files } = await incidentsOf([FLIP]);
    const forged = await forgeIncident(files[0] ?? "", (type, text) =>
      type === "INCI"
        ? text.replace(
            /"faults":\[.*?\],"injected":\[.*?\],"time"/,
            '"faults":[],"injected":[],"time"',
          )
        : undefined,
    );
    const { suspects, divergence, checkpointEpoch } = await bisect(forged);
    expect(suspects[1]).toMatchObject({
      verdict: "wrong",
      cause: {
        kind: "narrowed",
        lastRightEpoch: divergence.epoch - 1,
        // The checkpoint's: no memory was compared since.
        lastComparedEpoch: checkpointEpoch,
        steps: undefined,
      },
    });
    const { cause } = suspects[1] ?? {};
    const names = cause?.kind === "narrowed" ? cause.registers.map(({ name }) => name) : [];
    expect(names).toContain("r2");
  });

  it("says so when it can't execute the incident again", async () => {
    const { files } = await incidentsOf([FLIP]);
    const forged = await forgeIncident(files[0] ?? "", (type, text) =>
      type === "INCI" ? text.replace(/("agreed":\[\{"epoch":15,"digest":")../, "$1zz") : undefined,
    );
    await expect(bisect(forged)).rejects.toMatchObject({
      code: "XV_ERR_INCIDENT_UNREPEATABLE",
      message: expect.stringContaining("epoch 15") as string,
      place: forged,
    });
  });
});
