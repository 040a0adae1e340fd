// `extravirt reliability`: what the soft errors of a config's arrivals, and the outcomes of its runs, mean in failures.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { ArrivalProfile } from "../api/fault-arrival.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { arrivalProfiles } from "../config/expand-arrivals.ts";
import { loadConfig } from "../config/load-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { classifyFaults } from "../reliability/fault-outcomes.ts";
import { reliabilityFigures } from "../reliability/reliability-figures.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, collect, loadOptionsOf } from "./config-options.ts";
import type { ConfigOptions } from "./config-options.ts";
import { confidenceOf } from "./confidence-option.ts";
import { readReport } from "./read-report.ts";
import { reliabilityText } from "./reliability-text.ts";
import { reportError } from "./report-error.ts";

interface ReliabilityOptions extends ConfigOptions {
  readonly report?: readonly string[];
  readonly golden?: string;
  readonly confidence: string;
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("reliability"))
    .summary("turn rates of soft errors and outcomes of runs into figures")
    .description(
      "Prints the soft errors that a config's arrivals stand for, by structure, and from reports of its runs how many " +
        "of them end how: derated rates and times to failure, with bounds.",
    )
    .option("--report <file>", "a report of a run with faults (repeatable)", collect)
    .option("--golden <file>", "the report of a run without faults, to tell wrong results by")
    .option("--confidence <share>", "confidence of the bounds", "0.95")
    .option("--json", "print the figures (or the problems) as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, options: ReliabilityOptions) => {
      try {
        await reliability(file, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

const EXAMPLES = `
Example:
  extravirt run ground.yaml --set faultArrivals=[] --report golden.json
  extravirt run ground.yaml --report 1.json
  extravirt run ground.yaml --set faultArrivals.0.seed=2 --report 2.json
  extravirt reliability ground.yaml --golden golden.json --report 1.json --report 2.json`;

async function reliability(
  file: string | undefined,
  options: ReliabilityOptions,
  io: CliIo,
): Promise<void> {
  const confidence = confidenceOf(options.confidence);
  const loaded = await loadConfig(file, loadOptionsOf(options, io.cwd));
  const profile = profileOf(loaded);
  const read = (option: string, path: string): ReturnType<typeof readReport> =>
    readReport(option, resolve(io.cwd, path));
  const golden = options.golden === undefined ? undefined : await read("--golden", options.golden);
  const runs = await Promise.all((options.report ?? []).map((path) => read("--report", path)));
  const figures = reliabilityFigures(profile, {
    confidence,
    runs: runs.length,
    faults: runs.flatMap((run) => classifyFaults(run, golden)),
  });
  const text =
    options.json === true
      ? `${JSON.stringify(figures, undefined, 2)}\n`
      : reliabilityText(loaded.label, figures);
  io.out(text);
}

/** @throws XV_ERR_RELIABILITY_PROFILE unless there is exactly one. */
function profileOf({ config, registry, placeOf }: LoadedConfig): ArrivalProfile {
  const profiles = arrivalProfiles(config, registry, { placeOf });
  const [profile] = profiles;
  if (profile !== undefined && profiles.length === 1) return profile;
  throw new ExtravirtError(
    "XV_ERR_RELIABILITY_PROFILE",
    profile === undefined
      ? "No arrival of this config says how often faults come in the world."
      : "Several arrivals of this config say how often faults come in the world.",
    {
      place: placeOf(["faultArrivals"]),
      value: String(profiles.length),
      remedy:
        "Have one arrival with a profile, such as `faultArrivals: [{ use: soft-error, yearsInRun: 5000, untilSteps: 287000000 }]`, with the steps of a run without faults.",
    },
  );
}
