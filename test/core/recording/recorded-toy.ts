// Records runs of the toy architecture.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { Vmm } from "../../../core/index.ts";
import { RECORDING_FILE } from "../../../core/recording/recorder.ts";
import { LETTERS, toyConfig, type ToyRun } from "../coordinator/toy-run.ts";

export interface RecordedToy {
  readonly directory: string;
  readonly file: string;
  readonly report: RunReport;
}

export async function emptyDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "extravirt-recording-")));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function recordToy(
  run: Partial<ToyRun> = {},
  snapshotEveryEpochs = 8,
): Promise<RecordedToy> {
  const directory = join(await emptyDirectory(), "recording");
  const config = {
    ...toyConfig({ source: LETTERS, ...run }),
    recording: { path: directory, snapshotEveryEpochs },
  };
  const onVmm = (vmm: Vmm): void => run.onVmm?.(vmm);
  const report = await runMachine(config, { onVmm });
  return { directory, file: join(directory, RECORDING_FILE), report };
}
