// Runs a guest under a config and keeps what the outside saw of it, however the run ended.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import type { ManagerSubject } from "./manager-subjects.ts";

export interface Shown {
  /** The console's file. */
  readonly console: Buffer;
  /** The disk's overlay; empty where there is none. */
  readonly disk: Buffer;
  /** Undefined where the run failed. */
  readonly report: RunReport | undefined;
  readonly error: unknown;
  /** Faults of the coordinator that happened, for people. */
  readonly injected: readonly string[];
}

export async function runManagerSubject(
  subject: ManagerSubject,
  slots: Readonly<Record<string, SlotConfig>>,
  faults: readonly FaultConfig[],
): Promise<Shown> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-manager-"));
  const output = join(folder, "console.txt");
  const image = join(folder, "disk.img");
  const overlay = join(folder, "disk.overlay");
  const { machine, disk } = subject;
  if (disk !== undefined) writeFileSync(image, disk);
  const backend = { use: "disk-file", path: image, overlay };
  const devices = disk === undefined ? [] : [{ use: "virtio-block", backend }];
  const injected: string[] = [];
  let report: RunReport | undefined;
  let error: unknown;
  try {
    const { config } = await loadConfigObject({
      machine: { ...machine, ...(disk !== undefined && { devices }) },
      console: { use: "file", output, ...subject.console },
      ...slots,
      faults,
      log: { level: "silent" },
    });
    report = await runMachine(config, {
      onVmm: ({ hooks }) => {
        hooks.faultInjected.tap("campaign", ({ what, replica }) => {
          if (replica === undefined) injected.push(what);
        });
      },
    });
  } catch (failure) {
    error = failure;
  }
  const read = (file: string): Buffer => (existsSync(file) ? readFileSync(file) : Buffer.of());
  const shown = { console: read(output), disk: read(overlay), report, error, injected };
  rmSync(folder, { recursive: true });
  return shown;
}
