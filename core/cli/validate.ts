// `extravirt validate`: loads a config as `run` would, without running it.
import type { Command } from "commander";
import type { Config } from "../api/config.ts";
import { loadConfig } from "../config/load-config.ts";
import { bytesText } from "../config/parse-bytes.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, loadOptionsOf } from "./config-options.ts";
import type { ConfigOptions } from "./config-options.ts";
import { reportError } from "./report-error.ts";

interface ValidateOptions extends ConfigOptions {
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("validate"))
    .summary("check a config and report all its problems")
    .description(
      "Loads a config with everything it extends and names, and reports all its problems at once. " +
        "Images, disks and registers are looked at when it runs.",
    )
    .option("--json", "print the complete config (or the problems) as JSON")
    .addHelpText("after", "\nExample:\n  extravirt validate configs/debian-pair.yaml")
    .action(async (file: string | undefined, options: ValidateOptions) => {
      try {
        const { config, label } = await loadConfig(file, loadOptionsOf(options, io.cwd));
        const text = `${label} is valid: ${describeConfig(config)}`;
        io.out(`${options.json === true ? JSON.stringify(config, undefined, 2) : text}\n`);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

/** One sentence about what would run. */
function describeConfig(config: Config): string {
  const { machine } = config;
  const harts = `${machine.harts} hart${machine.harts === 1 ? "" : "s"}`;
  const arrivals = config.faultArrivals?.length ?? 0;
  const faults =
    (config.faults.length === 0 ? "no faults" : `${config.faults.length} fault(s)`) +
    (arrivals === 0 ? "" : `, ${arrivals} arrival(s) of faults`);
  return (
    `${machine.platform.use} with ${harts} and ${bytesText(machine.ramBytes)}, boot ${machine.boot.use}, ` +
    `${machine.devices.length} extra device(s), replication ${config.replication.use}, ${faults}`
  );
}
