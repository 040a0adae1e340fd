// `extravirt bisect`: names the first wrong instruction of an incident.
import { resolve } from "node:path";
import type { Command } from "commander";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";
import { bisectIncident, type BisectReport } from "../recording/bisect-incident.ts";
import { IncidentFile } from "../recording/incident-file.ts";
import { registryFor } from "../recording/recorded-machine.ts";
import { bisectText } from "./bisect-text.ts";
import type { CliIo } from "./cli-io.ts";
import { jsonText } from "./json-value.ts";
import { addPluginOption, type PluginOption } from "./plugin-option.ts";
import { reportError } from "./report-error.ts";

interface BisectCommandOptions extends PluginOption {
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  const command = program
    .command("bisect")
    .argument("<incidents...>", "files that runs wrote about divergences")
    .summary("find the first wrong instruction of an incident")
    .description(
      "Executes the stretch between the last checkpoint and a divergence twice, without faults and with those that " +
        "befell the wrong replica, and halves the interval down to the first wrong instruction. What replay can't " +
        "bring about again is narrowed down.",
    )
    .option(
      "--json",
      "write the result as JSON to standard output: an array for several incidents",
    );
  addPluginOption(command)
    .addHelpText("after", EXAMPLES)
    .action(async (paths: readonly string[], options: BisectCommandOptions) => {
      try {
        if (options.json === true) await writeJson(paths, options, io);
        else await writeTexts(paths, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt run configs/quick-start.yaml
  extravirt bisect incidents/*.xvi

Exit codes:
  0 the incidents were examined; 2 something to mend (incident, option)`;

/** As in `writeTexts`, one that can't be examined keeps nobody from learning of the others. */
async function writeJson(
  paths: readonly string[],
  options: BisectCommandOptions,
  io: CliIo,
): Promise<void> {
  const reports: object[] = [];
  const examineOne = (path: string): Promise<void> =>
    examine(resolve(io.cwd, path), options, io, (report) => reports.push({ path, ...report }));
  const [only = "", ...others] = paths;
  if (others.length === 0) {
    await examineOne(only);
    io.out(jsonText(reports[0]));
    return;
  }
  for (const path of paths) {
    await examineOne(path).catch((error: unknown) => reportError(error, io, true));
  }
  io.out(jsonText(reports));
}

async function writeTexts(
  paths: readonly string[],
  options: BisectCommandOptions,
  io: CliIo,
): Promise<void> {
  for (const path of paths) {
    const head = paths.length === 1 ? "" : `${path}\n`;
    try {
      await examine(resolve(io.cwd, path), options, io, (report, incident) =>
        io.out(head + bisectText(report, incident)),
      );
    } catch (error) {
      reportError(error, io, false);
    }
  }
}

async function examine(
  path: string,
  options: BisectCommandOptions,
  io: CliIo,
  found: (report: BisectReport, incident: IncidentFile) => void,
): Promise<void> {
  const incident = new IncidentFile(path);
  try {
    const plugins = options.plugin?.map((name) =>
      resolvePlugin(name, resolve(io.cwd, "command"), "--plugin"),
    );
    const registry = await registryFor(incident.manifest, path, plugins);
    found(bisectIncident(incident, registry), incident);
  } finally {
    incident.close();
  }
}
