// Bundled guests with disks, consoles and several harts are recorded; the recording alone, without their files, executes
// them again to the same final state, also when a replica erred on the way.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import { registryFor } from "../../core/recording/recorded-machine.ts";
import { RecordedRun } from "../../core/recording/recorded-run.ts";
import { RecordingReplay } from "../../core/recording/replay-recording.ts";
import { TYPED, blockImage, expectedOutput, guestFile } from "./guest-run.ts";

interface Recorded {
  readonly name: string;
  readonly guest: string;
  readonly harts?: number;
  readonly typed?: string;
  readonly hasDisk?: boolean;
  readonly epochSteps: number;
  readonly placement: string;
}

const RUNS: readonly Recorded[] = [
  { name: "timer-2-harts", guest: "timer", harts: 2, epochSteps: 5000, placement: "inline" },
  { name: "block", guest: "block", hasDisk: true, epochSteps: 60_000, placement: "worker-threads" },
  {
    name: "console-echo",
    guest: "console-echo",
    typed: TYPED,
    epochSteps: 2000,
    placement: "inline",
  },
  { name: "paging", guest: "paging", epochSteps: 40_000, placement: "inline" },
];

describe.each(RUNS)("$name", (run) => {
  it("is executed again from its recording alone", { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-recorded-"));
    const files = mkdtempSync(join(tmpdir(), "extravirt-files-"));
    const directory = join(folder, "recording");
    try {
      const image = join(files, "disk.img");
      if (run.hasDisk === true) writeFileSync(image, blockImage());
      const backend = { use: "disk-file", path: image };
      const { config } = await loadConfigObject({
        machine: {
          harts: run.harts ?? 1,
          ram: "16 MiB",
          boot: { use: "elf", program: guestFile(run.guest) },
          devices: run.hasDisk === true ? [{ use: "virtio-block", backend }] : [],
        },
        console: { use: "file", output: join(files, "out.txt"), inputText: run.typed ?? "" },
        placement: { use: run.placement },
        replication: { use: "pair", epochSteps: run.epochSteps },
        checkpoint: { use: "periodic", everyEpochs: 4 },
        faults: [{ use: "register-bit-flip", replica: 0, at: 30_000, register: "x2", bit: 9 }],
        recording: { path: directory, snapshotEveryEpochs: 6 },
        log: { level: "error" },
      });
      const report = await runMachine(config, { isFinalStateWanted: true });
      expect(report.divergences.length).toBeGreaterThan(0);
      rmSync(files, { recursive: true });

      const recorded = new RecordedRun(directory);
      expect(recorded.seal?.finalState).toBe(report.finalState);
      const registry = await registryFor(recorded.manifest, recorded.path, undefined);
      let text = "";
      const whole = new RecordingReplay(recorded, registry, {
        onOutput: ({ channel, bytes }) => {
          if (channel === "uart0") text += Buffer.from(bytes).toString("latin1");
        },
      }).execute();
      expect(whole).toMatchObject({
        difference: undefined,
        isFinalStateChecked: true,
        digestsChecked: report.epochs,
        step: report.steps,
      });
      expect(whole.snapshotsChecked).toBeGreaterThan(0);
      expect(Buffer.from(text, "latin1").toString()).toBe(expectedOutput(run.name));

      const toStep = Math.floor(report.steps * 0.8);
      const near = new RecordingReplay(recorded, registry, { toStep }).execute();
      const far = new RecordingReplay(recorded, registry, { toStep, isFromStart: true }).execute();
      expect(near.fromEpoch).toBeGreaterThan(0);
      expect(Buffer.compare(near.replica.machine.save(), far.replica.machine.save())).toBe(0);
      recorded.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
      rmSync(files, { recursive: true, force: true });
    }
  });
});

describe("a run that can't begin", () => {
  it("leaves no recording behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-recorded-"));
    try {
      const directory = join(folder, "recording");
      const backend = { use: "disk-file", path: join(folder, "no-such-disk.img") };
      const { config } = await loadConfigObject({
        machine: {
          ram: "16 MiB",
          boot: { use: "elf", program: guestFile("block") },
          devices: [{ use: "virtio-block", backend }],
        },
        console: { use: "null" },
        recording: { path: directory },
      });
      await expect(runMachine(config)).rejects.toThrow(/no-such-disk|disk|file/);
      expect(existsSync(directory)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
