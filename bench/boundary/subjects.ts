// Guests whose devices have something to do, for both boundaries. Fixed date and inputs: all runs do the same.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";
import { ExtravirtError } from "../../core/index.ts";
import { guestPath, type SlotText } from "../workloads.ts";

export interface Subject {
  readonly guest: string;
  /** Typed at the start. */
  readonly inputText?: string;
  readonly hasDisk?: boolean;
}

export const ECHO: Subject = {
  guest: "console-echo",
  inputText: "hello\nGood day, World 42!\nexit 7\n",
};
export const DISK: Subject = { guest: "block", hasDisk: true };

export const INSIDE: SlotText = { use: "devices-inside" };
export const BELOW: SlotText = { use: "devices-below" };
export const UNSEALED: SlotText = { use: "devices-below", sealState: false };

export interface SubjectRun {
  readonly boundary: SlotText;
  readonly faults?: readonly object[];
  readonly stepLimit?: number;
  readonly placement?: string;
}

export interface Seen {
  /** Undefined where the run ended with an error. */
  readonly report: RunReport | undefined;
  /** What left, by channel. */
  readonly left: ReadonlyMap<string, Buffer>;
}

export async function runSubject(subject: Subject, run: SubjectRun): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-boundary-"));
  try {
    return await runIn(folder, subject, run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runIn(folder: string, subject: Subject, run: SubjectRun): Promise<Seen> {
  const { guest, inputText = "", hasDisk = false } = subject;
  const path = join(folder, "disk.img");
  if (hasDisk) writeFileSync(path, diskImage());
  const { config } = await loadConfigObject({
    machine: {
      ram: "16 MiB",
      boot: { use: "elf", program: guestPath(guest) },
      clock: { startTime: "2026-01-01T00:00:00Z" },
      devices: hasDisk ? [{ use: "virtio-block", backend: { use: "disk-file", path } }] : [],
    },
    console: { use: "file", output: join(folder, "out.txt"), inputText },
    replication: { use: "pair", epochSteps: 20_000 },
    placement: { use: run.placement ?? "inline" },
    boundary: run.boundary,
    // Only what the boundary itself notices counts.
    managerProtection: { use: "none" },
    faults: run.faults ?? [],
    limits: { steps: run.stepLimit ?? 0 },
    log: { level: "silent" },
  });
  const chunks = new Map<string, Uint8Array[]>();
  const left = (): Map<string, Buffer> =>
    new Map([...chunks].map(([channel, bytes]) => [channel, Buffer.concat(bytes)]));
  try {
    const report = await runMachine(config, {
      onVmm: ({ hooks }) =>
        hooks.outputCommitted.tap("bench", (_epoch, outputs) => {
          for (const { channel, bytes } of outputs) {
            chunks.set(channel, [...(chunks.get(channel) ?? []), bytes]);
          }
        }),
    });
    return { report, left: left() };
  } catch (error) {
    // What is checked at the boundary ends a run with an error of its own; any other is a defect of the bench.
    if (!(error instanceof ExtravirtError)) throw error;
    return { report: undefined, left: left() };
  }
}

/** The image that `block` expects. */
function diskImage(): Uint8Array {
  return Uint8Array.from({ length: 1 << 20 }, (_, i) => i * 31 + (i >> 8) * 7);
}
