// The writing of incidents, apart from runs.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SharedMemories } from "../../../core/coordinator/shared-memories.ts";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { allocateShared, planSharedLayout } from "../../../core/memory/shared-layout.ts";
import { IncidentFile } from "../../../core/recording/incident-file.ts";
import {
  IncidentRecorder,
  type IncidentParts,
  type Scene,
} from "../../../core/recording/incident-recorder.ts";
import type { Manifest } from "../../../core/recording/manifest.ts";
import { emptyDirectory } from "./recorded-toy.ts";

const manifest: Manifest = {
  version: "0.0.0",
  plugins: [],
  machine: {
    platform: { use: "toy" },
    harts: 1,
    ramBytes: 4 * 4096,
    boot: { use: "toy-program" },
    devices: [],
    clock: { stepsPerTick: 1, startTime: "host" },
  },
  devices: [],
  facts: {},
  start: {},
  startNanoseconds: 5n,
  replication: { replicas: 2, epochSteps: 100, runAheadEpochs: 1 },
  strategies: {},
  faults: [],
};

const scene: Scene = {
  divergence: { epoch: 1, signal: "crash", replicas: [0], absent: [1], detail: "replica 1 died" },
  replicas: [{ replica: 0, core: 0, ballot: undefined, crash: undefined }],
  checkpoint: { epoch: -1, steps: 0, state: undefined },
  records: [{ epoch: 0, steps: 100, jumpTicks: 0, inputs: [] }],
  agreed: [],
};

interface Rig {
  readonly recorder: IncidentRecorder;
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
  readonly directory: string;
  readonly warnings: string[];
  readonly written: string[];
}

async function rig(changes: Partial<IncidentParts> = {}): Promise<Rig> {
  const layout = planSharedLayout(manifest.machine.ramBytes, 0, 2);
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  frames.load(4096, new Uint8Array(10).fill(9));
  frames.addReplica(0);
  const directory = join(await emptyDirectory(), "incidents");
  const warnings: string[] = [];
  const written: string[] = [];
  const recorder = new IncidentRecorder({
    directory,
    frames,
    memories: new SharedMemories({ frames, shared, layout }),
    shared,
    manifest: () => manifest,
    symbols: [{ name: "main", address: 16n, bytes: 4 }],
    faults: () => [],
    injected: () => [],
    warn: (message) => warnings.push(message),
    onWritten: (path) => written.push(path),
    ...changes,
  });
  return { recorder, frames, shared, directory, warnings, written };
}

describe("the writing of incidents", () => {
  it("keeps memory as it was at the divergence", async () => {
    const { recorder, frames, shared, written } = await rig();
    const open = await recorder.capture(scene);
    new Uint8Array(shared.buffer).fill(
      77,
      frames.checkpointOffset(1),
      frames.checkpointOffset(1) + 4096,
    );
    open?.resolved({ outcome: { kind: "stopped", why: "a test" }, durationMs: 3 });
    await recorder.close();
    expect(written).toEqual([open?.path]);
    const incident = new IncidentFile(open?.path ?? "");
    expect(incident.symbols).toEqual([{ name: "main", address: 16n, bytes: 4 }]);
    expect(incident.point.pages.map(({ page }) => page)).toEqual([1]);
    const bytes = incident.pages.read(incident.point.pages[0]?.digest ?? "");
    expect([...bytes.subarray(8, 12)]).toEqual([9, 9, 0, 0]);
    expect(incident.outcome?.durationMs).toBe(3);
    incident.close();
  });

  it("seals one whose outcome nobody told, at the end of the run", async () => {
    const { recorder } = await rig();
    const open = await recorder.capture(scene);
    await recorder.close();
    const incident = new IncidentFile(open?.path ?? "");
    expect(incident.isSealed).toBe(true);
    expect(incident.outcome).toBeUndefined();
    incident.close();
  });

  it("ends after 32 of a run, and says so once", async () => {
    const { recorder, directory, warnings } = await rig();
    for (let count = 0; count < 35; count++) {
      const open = await recorder.capture(scene);
      open?.resolved({ outcome: { kind: "stopped", why: "a test" }, durationMs: 1 });
    }
    await recorder.close();
    expect(await readdir(directory)).toHaveLength(32);
    expect(warnings).toEqual(["no more than 32 incidents of a run are written"]);
  });

  it("warns and leaves no file where what happened can't be told", async () => {
    const { recorder, directory, warnings } = await rig({
      faults: () => {
        throw new Error("out of memory");
      },
    });
    expect(await recorder.capture(scene)).toBeUndefined();
    await recorder.close();
    expect(warnings).toEqual(["no incident was written: out of memory"]);
    expect(await readdir(directory)).toEqual([]);
  });

  it("warns where it fails after the run went on, and writes the next one", async () => {
    let count = 0;
    const { recorder, warnings, written } = await rig({
      manifest: () => {
        if (count++ === 0) throw new Error("out of memory");
        return manifest;
      },
    });
    const outcome = { outcome: { kind: "stopped", why: "a test" }, durationMs: 1 } as const;
    const failed = await recorder.capture(scene);
    failed?.resolved(outcome);
    const next = await recorder.capture(scene);
    next?.resolved(outcome);
    await recorder.close();
    expect(warnings).toEqual([
      `the incident ${failed?.path} could not be completed: out of memory`,
    ]);
    expect(recorder.isWritten(failed?.path ?? "")).toBe(false);
    expect(written).toEqual([next?.path]);
  });
});
