// `extravirt bisect`: names the first wrong instruction of an incident.
import { resolve } from "node:path";
import type { Command } from "commander";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";
import { bisectIncident } from "../recording/bisect-incident.ts";
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
    .argument("<incident>", "file that a run wrote about a divergence")
    .summary("find the first wrong instruction of an incident")
    .description(
      "Executes the stretch between the last checkpoint and a divergence twice, without faults and with those that " +
        "befell the wrong replica, and halves the interval down to the first wrong instruction. What replay can't " +
        "bring about again is narrowed down.",
    )
    .option("--json", "write the result as JSON to standard output");
  addPluginOption(command)
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: BisectCommandOptions) => {
      try {
        await bisect(resolve(io.cwd, path), options, io);
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
  0 the incident was examined; 2 something to mend (incident, option)`;

async function bisect(path: string, options: BisectCommandOptions, io: CliIo): Promise<void> {
  const incident = new IncidentFile(path);
  try {
    const plugins = options.plugin?.map((name) =>
      resolvePlugin(name, resolve(io.cwd, "command"), "--plugin"),
    );
    const registry = await registryFor(incident.manifest, path, plugins);
    const report = bisectIncident(incident, registry);
    io.out(options.json === true ? jsonText(report) : bisectText(report, incident));
  } finally {
    incident.close();
  }
}
