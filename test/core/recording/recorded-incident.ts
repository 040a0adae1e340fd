// Incidents of runs of the toy architecture.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { FaultConfig, Vmm } from "../../../core/index.ts";
import { bisectIncident, type BisectReport } from "../../../core/recording/bisect-incident.ts";
import { ContainerReader } from "../../../core/recording/container-reader.ts";
import { ContainerWriter } from "../../../core/recording/container-writer.ts";
import { IncidentFile } from "../../../core/recording/incident-file.ts";
import { registryFor } from "../../../core/recording/recorded-machine.ts";
import { LETTERS, toyConfig, type ToyRun } from "../coordinator/toy-run.ts";
import { emptyDirectory } from "./recorded-toy.ts";

export interface ToyIncident {
  readonly report: RunReport;
  readonly directory: string;
  readonly files: readonly string[];
  /** Paths told by the hook. */
  readonly told: readonly string[];
}

export async function incidentsOf(
  faults: readonly FaultConfig[],
  run: Partial<ToyRun> = {},
  directory?: string,
): Promise<ToyIncident> {
  const incidents = directory ?? join(await emptyDirectory(), "incidents");
  const config = { ...toyConfig({ source: LETTERS, faults, ...run }), incidents };
  const told: string[] = [];
  const onVmm = (vmm: Vmm): void => {
    vmm.hooks.incidentWritten.tap("test", ({ path }) => told.push(path));
  };
  const report = await runMachine(config, { onVmm });
  const names = await readdir(incidents).catch(() => []);
  return {
    report,
    directory: incidents,
    files: names.toSorted().map((name) => join(incidents, name)),
    told,
  };
}

export async function bisect(file: string): Promise<BisectReport> {
  const incident = new IncidentFile(file);
  try {
    return bisectIncident(incident, await registryFor(incident.manifest, file, undefined));
  } finally {
    incident.close();
  }
}

/** The same blocks, some of them changed, correctly sealed again. */
export async function forgeIncident(
  file: string,
  change: (type: string, text: string) => string | undefined,
): Promise<string> {
  const reader = new ContainerReader(file, "incident");
  const path = join(await emptyDirectory(), "forged.xvi");
  const writer = await ContainerWriter.create(path, "incident");
  for (const block of reader.blocks) {
    const contents = reader.contents(block);
    const changed = change(block.type, Buffer.from(contents).toString("latin1"));
    writer.add(block.type, changed === undefined ? contents : Buffer.from(changed, "latin1"));
  }
  await writer.close();
  reader.close();
  return path;
}
