// The command line as a whole: every subcommand registers itself here.
import { Command, CommanderError } from "commander";
import type { CliIo } from "./cli-io.ts";
import { EXIT } from "./exit-code.ts";
import { register as registerBisect } from "./bisect.ts";
import { register as registerCampaign } from "./campaign.ts";
import { register as registerCompare } from "./compare.ts";
import { register as registerHost } from "./host.ts";
import { register as registerImage } from "./image.ts";
import { register as registerLedger } from "./ledger.ts";
import { register as registerList } from "./list.ts";
import { packageVersion } from "../package-root.ts";
import { reportError } from "./report-error.ts";
import { register as registerReliability } from "./reliability.ts";
import { register as registerReplay } from "./replay.ts";
import { register as registerReprotect } from "./reprotect.ts";
import { register as registerRun } from "./run.ts";
import { register as registerSchema } from "./schema.ts";
import { register as registerValidate } from "./validate.ts";

function createProgram(io: CliIo): Command {
  const program = new Command("extravirt")
    .description(
      "Keeps an unmodified guest operating system running correctly on a processor that sometimes " +
        "computes wrongly: the guest runs as compared replicas and recovers from their faults.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError("(add --help for an explanation)")
    .exitOverride()
    .addHelpText(
      "after",
      "\nStart here:\n" +
        "  extravirt run configs/quick-start.yaml     a small guest, two replicas, one fault\n" +
        "  extravirt list                             what a config can name\n" +
        "  extravirt validate my-config.yaml          check a config without running it",
    );
  for (const register of [
    registerRun,
    registerReplay,
    registerBisect,
    registerValidate,
    registerList,
    registerSchema,
    registerImage,
    registerCompare,
    registerReliability,
    registerCampaign,
    registerHost,
    registerReprotect,
    registerLedger,
  ]) {
    register(program, io);
  }
  return program;
}

/** @param args without node and script. */
export async function runCli(args: readonly string[], io: CliIo): Promise<void> {
  try {
    await createProgram(io).parseAsync([...args], { from: "user" });
  } catch (error) {
    // Commander has written its message (or the help asked for) already.
    if (error instanceof CommanderError) {
      io.exitWith(error.exitCode === 0 ? EXIT.success : EXIT.usage);
    } else reportError(error, io, false);
  }
}
