// `extravirt campaign diff A B`: compares two campaigns, or two variants of one.
import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";
import { reportError } from "./report-error.ts";
import type { DiffOptions } from "./diff-campaigns.ts";

export function register(campaign: Command, io: CliIo): void {
  campaign
    .command("diff")
    .argument("<a>", "config or directory of a campaign")
    .argument("[b]", "of another one; without it variants of the first are compared")
    .summary("compare two campaigns")
    .description(
      "Compares the failures of two campaigns whose results are kept, fault by fault where both tried the same, and says " +
        "whether a difference may be chance, and what may not be concluded.",
    )
    .option("--first <variant>", "variant of A, where it has several")
    .option("--second <variant>", "variant of B")
    .option("--confidence <share>", "confidence of intervals and of the verdict", "0.95")
    .option("--json", "print the comparison (or the problems) as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (a: string, b: string | undefined, options: DiffOptions) => {
      try {
        const { diff } = await import("./diff-campaigns.ts");
        await diff(a, b ?? a, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

const EXAMPLES = `
Examples:
  extravirt campaign diff before.yaml after.yaml
  extravirt campaign diff old.campaign new.campaign --confidence 0.99
  extravirt campaign diff sweep.yaml --first pair --second triple`;
