// `extravirt campaign rerun ID CONFIG`: repeats one experiment, and looks closer.
import { relative } from "node:path";
import type { Command } from "commander";
import type { ExperimentResult } from "../api/experiment.ts";
import type { Rerun } from "../campaign/rerun-experiment.ts";
import type { CliIo } from "./cli-io.ts";
import { addComparedConfigs, type ConfigOptions } from "./config-options.ts";
import { EXIT } from "./exit-code.ts";
import { loadCampaignVariants } from "./load-campaign.ts";
import { amountText, countText } from "./number-text.ts";
import { reportError } from "./report-error.ts";

export function register(campaign: Command, io: CliIo): void {
  const command = campaign
    .command("rerun")
    .argument(
      "<id>",
      "variant and index of the experiment, as base/17; the index where one suffices",
    );
  addComparedConfigs(command)
    .summary("repeat one experiment, with a trace and a file about each divergence")
    .description(
      "Repeats one experiment as the campaign ran it and says whether its result is the same; then runs it as a whole, " +
        "with a trace of the steps around the fault and incident files for `extravirt bisect`.",
    )
    .addHelpText("after", "\nExit codes: 0 the same result, 1 another one, 2 something to mend")
    .action(async (id: string, files: readonly string[], options: ConfigOptions) => {
      try {
        await rerun(id, files, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function rerun(
  id: string,
  files: readonly string[],
  options: ConfigOptions,
  io: CliIo,
): Promise<void> {
  const variants = await loadCampaignVariants(files, options, io);
  const [base] = variants.values();
  const { rerunExperiment } = await import("../campaign/rerun-experiment.ts");
  const tell = (text: string): void => io.err(`extravirt: ${text}\n`);
  const { openCampaignStore } = await import("../campaign/campaign-store.ts");
  const store = await openCampaignStore(base!, "read", tell);
  try {
    const outcome = await rerunExperiment(id, variants, store, tell);
    io.out(rerunText(outcome, io.cwd));
    io.exitWith(outcome.isSame === false ? EXIT.internal : EXIT.success);
  } finally {
    await store.close();
  }
}

function rerunText({ variant, experiment, ...rerunOf }: Rerun, cwd: string): string {
  const { kept, repeated, isSame, inFull, files } = rerunOf;
  const { use, at, ...options } = experiment.fault;
  const verdict = isSame === undefined ? "" : isSame ? ": the same" : ": ANOTHER RESULT";
  return [
    `experiment ${variant}/${experiment.index}: ${use} before step ${countText(at)}, ${JSON.stringify(options)}`,
    `kept:      ${kept === undefined ? "no result yet" : resultLine(kept)}`,
    `repeated:  ${resultLine(repeated)}${verdict}`,
    `whole run: ${resultLine(inFull)}`,
    ...files.map((path) => `file:      ${relative(cwd, path)}`),
    "",
  ].join("\n");
}

function resultLine(result: ExperimentResult): string {
  const { outcome, detector, injected, latencySteps, detail, ended } = result;
  return [
    outcome,
    ...(injected === undefined ? [] : [injected]),
    ...(detector === undefined ? [] : [`noticed by ${detector}`]),
    ...(latencySteps === undefined ? [] : [`after ${amountText(latencySteps, "step")}`]),
    ...(detail === undefined ? [] : [detail]),
    `ended: ${ended}`,
  ].join(", ");
}
