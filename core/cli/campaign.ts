// `extravirt campaign`: injects faults by the thousand into a machine and tells what became of them.
import type { Command } from "commander";
import { register as registerExport } from "./campaign-export.ts";
import { register as registerReport } from "./campaign-report.ts";
import { register as registerRerun } from "./campaign-rerun.ts";
import { register as registerDiff } from "./campaign-diff.ts";
import { register as registerRun } from "./campaign-run.ts";
import { register as registerStatus } from "./campaign-status.ts";
import { register as registerWorker } from "./campaign-worker.ts";
import type { CliIo } from "./cli-io.ts";

export function register(program: Command, io: CliIo): void {
  const campaign = program
    .command("campaign")
    .summary("inject faults by the thousand and tell what became of them")
    .description(
      "Runs the machine of a config once without faults, then once for each fault of a sample, and " +
        "tells how many were masked, recovered from, or did harm.",
    )
    .addHelpText("after", EXAMPLES);
  for (const registerOne of [
    registerRun,
    registerWorker,
    registerStatus,
    registerRerun,
    registerExport,
    registerReport,
    registerDiff,
  ])
    registerOne(campaign, io);
}

const EXAMPLES = `
Examples:
  extravirt campaign configs/quick-start.yaml
  extravirt campaign rerun 17 configs/quick-start.yaml
  extravirt campaign report configs/quick-start.yaml
  extravirt campaign export configs/quick-start.yaml --format parquet --out results.parquet
  extravirt campaign configs/quick-start.yaml --set replication=solo --set recovery=fail-stop \\
    --set checkpoint=never --set campaign.experiments=200`;
