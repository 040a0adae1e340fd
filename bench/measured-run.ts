// Starts a run of ExtraVirt in a fresh process and takes its figures.
import { join } from "node:path";
import process from "node:process";
import type { RunFigures, RunJob } from "./run-figures.ts";
import { runTimed, type ProcessCost } from "./timed-process.ts";

export interface MeasuredRun extends ProcessCost {
  readonly run: RunFigures;
}

const RUN_ONE = join(import.meta.dirname, "run-one.ts");

/** @param config as in a config file, with absolute paths. @throws BenchError when the run fails. */
export async function measureRun(config: object): Promise<MeasuredRun> {
  const { stdout, ...cost } = await runTimed(runCommand(config));
  return { ...cost, run: JSON.parse(stdout) as RunFigures };
}

/** The command of a run; with the console `terminal` its guest's console is on standard output, before the figures. */
export function runCommand(config: object): [string, ...string[]] {
  const job: RunJob = { config };
  return [process.execPath, RUN_ONE, JSON.stringify(job)];
}
