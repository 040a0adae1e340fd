// Runs bundled guests with a fault, and examines the incident that comes of it.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { bisectIncident, type BisectReport } from "../../core/recording/bisect-incident.ts";
import { IncidentFile } from "../../core/recording/incident-file.ts";
import { registryFor } from "../../core/recording/recorded-machine.ts";
import { guestFile } from "./guest-run.ts";

export interface IncidentRun {
  readonly guest: string;
  readonly harts?: number;
  readonly epochSteps: number;
  readonly everyEpochs?: number;
  readonly slots?: Readonly<Record<string, SlotConfig>>;
}

export interface Examined {
  readonly report: RunReport;
  /** One for each incident, in order. */
  readonly bisections: readonly BisectReport[];
}

export async function runWithFaults(
  run: IncidentRun,
  faults: readonly FaultConfig[],
  /** False: examined as if the faults had been real ones, which nobody recorded. */
  { areFaultsKnown = true }: { readonly areFaultsKnown?: boolean } = {},
): Promise<Examined> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-incident-"));
  try {
    const incidents = join(folder, "incidents");
    const { config } = await loadConfigObject({
      machine: {
        harts: run.harts ?? 1,
        ram: "16 MiB",
        boot: { use: "elf", program: guestFile(run.guest) },
        clock: { startTime: "2026-01-01T00:00:00Z" },
      },
      console: { use: "null" },
      placement: { use: "inline" },
      replication: { use: "pair", epochSteps: run.epochSteps, watchdogMs: 2000 },
      checkpoint: { use: "periodic", everyEpochs: run.everyEpochs ?? 8 },
      ...run.slots,
      faults,
      incidents,
      log: { level: "error" },
    });
    const report = await runMachine(config);
    const files = report.divergences.flatMap(({ incident }) => incident ?? []);
    if (files.length !== report.divergences.length) throw new Error("an incident is missing");
    if (files.length > 0 && readdirSync(incidents).length !== files.length) {
      throw new Error(`other incidents than reported: ${readdirSync(incidents).join(", ")}`);
    }
    const bisections: BisectReport[] = [];
    for (const file of files) {
      const incident = new IncidentFile(file);
      if (!areFaultsKnown) Object.assign(incident.content, { faults: [] });
      const registry = await registryFor(incident.manifest, file, undefined);
      bisections.push(bisectIncident(incident, registry));
      incident.close();
    }
    return { report, bisections };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
