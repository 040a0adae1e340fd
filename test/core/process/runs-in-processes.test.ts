// Whole runs of the toy architecture whose replicas are processes.
import process from "node:process";
import { describe, expect, it } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { ReplicaStarted } from "../../../core/index.ts";
import { IncidentFile } from "../../../core/recording/incident-file.ts";
import { RecordedRun } from "../../../core/recording/recorded-run.ts";
import { registryFor } from "../../../core/recording/recorded-machine.ts";
import { RecordingReplay } from "../../../core/recording/replay-recording.ts";
import { LETTERS, pairOf, runToy, soloOf, toyConfig } from "../coordinator/toy-run.ts";
import { emptyDirectory, recordToy } from "../recording/recorded-toy.ts";

const placement = "processes";
const GOLDEN = runToy({ source: LETTERS });

describe("a run in processes", { timeout: 60_000 }, () => {
  it("releases the same and ends in the same state, each replica in a process of its own", async () => {
    const started: ReplicaStarted[] = [];
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      jitterMs: 2,
      onVmm: ({ hooks }) => hooks.replicaStarted.tap("test", (one) => started.push(one)),
    });
    const golden = await GOLDEN;
    expect([text, report.finalState]).toEqual([golden.text, golden.report.finalState]);
    expect(report.checkpoints).toBe(golden.report.checkpoints);
    expect(started.map(({ replica, core }) => [replica, core])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(new Set([process.pid, ...started.map(({ pid }) => pid)]).size).toBe(3);
    const { framesByOwner } = report;
    const { checkpoint = 0 } = framesByOwner;
    expect(framesByOwner).toMatchObject({ "replica 0": checkpoint, "replica 1": checkpoint });
  });

  it("says which signal ended a process, and goes on", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      onVmm: ({ hooks }) => {
        const pids = new Map<number, number | undefined>();
        hooks.replicaStarted.tap("test", ({ replica, pid }) => void pids.set(replica, pid));
        hooks.epochVerified.tap("test", ({ epoch }) => {
          if (epoch === 6) process.kill(pids.get(1) ?? 0, "SIGKILL");
        });
      },
    });
    const golden = await GOLDEN;
    expect([text, report.finalState]).toEqual([golden.text, golden.report.finalState]);
    expect(report.divergences).toMatchObject([
      {
        divergence: { signal: "crash", detail: "replica 1: its process was ended by SIGKILL" },
        outcome: { kind: "recovered", blamed: [1] },
      },
    ]);
  });

  it("goes back behind a checkpoint, whose pages its replicas then compare again", async () => {
    const run = {
      source: LETTERS,
      checkpoint: { use: "periodic", everyEpochs: 3, generations: 3 },
      faults: [
        { use: "checkpoint-bit-flip", at: 6000, address: 0x4010, bit: 2 },
        { use: "register-bit-flip", replica: 1, at: 7600, register: "r8", bit: 0 },
      ],
    };
    const inline = await runToy(run);
    const apart = await runToy({ ...run, placement });
    expect(apart.text).toBe(inline.text);
    expect(apart.report.finalState).toBe(inline.report.finalState);
    const kinds = ({ report }: typeof apart): unknown =>
      report.divergences.map(({ outcome, demoted }) => [outcome.kind, demoted?.length]);
    expect(kinds(apart)).toEqual(kinds(inline));
  });

  it("is recorded, and its incidents have the pages that differ", async () => {
    const { file, report } = await recordToy({ placement }, 4);
    const run = new RecordedRun(file);
    const registry = await registryFor(run.manifest, run.path, undefined);
    expect(new RecordingReplay(run, registry, {}).execute()).toMatchObject({
      difference: undefined,
    });
    expect(report.finalState).toBe((await GOLDEN).report.finalState);
    const directory = await emptyDirectory();
    const config = {
      ...toyConfig({
        source: LETTERS,
        placement,
        faults: [{ use: "memory-bit-flip", replica: 0, at: 1700, address: 0x9000, bit: 3 }],
      }),
      incidents: directory,
    };
    const { divergences } = await runMachine(config);
    const incident = new IncidentFile(divergences[0]?.incident ?? "");
    expect(incident.content.pages).toMatchObject([
      { page: 9, contents: [{ replica: 0 }, { replica: 1 }] },
    ]);
  });

  it("has one machine start again from its checkpoint", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      replication: soloOf(),
      recovery: { use: "rollback", attempts: 3 },
      faults: [{ use: "worker-crash", replica: 0, at: 4000 }],
    });
    expect(text).toBe((await GOLDEN).text);
    expect(report.divergences).toHaveLength(1);
  });

  it("refuses a fault that names nothing before anything runs", async () => {
    const faults = [{ use: "register-bit-flip", replica: 0, at: 5, register: "none", bit: 0 }];
    await expect(
      runToy({ source: LETTERS, placement, replication: pairOf(), faults }),
    ).rejects.toMatchObject({ message: expect.stringContaining("none") as string });
  });
});
