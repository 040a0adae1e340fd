// `extravirt compare CONFIG...`: variants of a machine side by side in what they cost and what they survive.
import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { collect } from "./config-options.ts";
import { reportError } from "./report-error.ts";
import type { CompareCommandOptions } from "./compare-configs.ts";

export function register(program: Command, io: CliIo): void {
  program
    .command("compare")
    .argument("[configs...]", "one config with campaign.matrix or campaign.variants, or several")
    .summary("set variants of a machine side by side: costs, and what they survive")
    .description(
      "Injects the same faults into every variant of a config (every combination of campaign.matrix, each of " +
        "campaign.variants) or into several configs, measures what each costs in runs that take turns, and prints " +
        "a table. What the first config says of its campaign holds for all.",
    )
    .option("--set <option=value>", "change one option of every config (repeatable)", collect)
    .option("--runs <count>", "runs of each variant for its costs; 0 for no costs", "3")
    .option("--fresh", "forget the results that are kept, and begin anew")
    .option(
      "--report <file>",
      "write the report there; default: comparison.html in campaign.directory",
    )
    .option("--json", "print everything as JSON instead of the table")
    .option("--csv", "print a line per variant as CSV instead of the table")
    .option("--quiet", "no progress")
    .addHelpText("after", EXAMPLES)
    .action(async (files: readonly string[], options: CompareCommandOptions) => {
      try {
        const { compare } = await import("./compare-configs.ts");
        await compare(files, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt compare configs/compare-strategies.yaml
  extravirt compare configs/quick-start.yaml my-variant.yaml --set campaign.experiments=500`;
