// `extravirt reprotect`: has a run use machines again that it has lost.
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadConfig } from "../config/load-config.ts";
import { sendReprotect, type HostsStatus } from "../hosts/control-socket.ts";
import { addConfigOptions, loadOptionsOf, type ConfigOptions } from "./config-options.ts";
import type { CliIo } from "./cli-io.ts";
import { EXIT } from "./exit-code.ts";
import { amountText } from "./number-text.ts";
import { millisecondsOf } from "./milliseconds.ts";
import { reportError } from "./report-error.ts";

interface ReprotectOptions extends ConfigOptions {
  readonly socket?: string;
  readonly waitMs: string;
}

const LOOK_MS = 200;

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("reprotect"))
    .summary("use machines again that a run has lost")
    .description(
      "Asks a run of this config, on this machine, to reach for all machines that it has lost, and to " +
        "start new replicas there from its last known-good checkpoint. Ends when outputs may leave again.",
    )
    .option("--socket <path>", "the run's control socket; default: the config's")
    .option("--wait-ms <ms>", "how long to wait for that", "10000")
    .addHelpText("after", "\nExamples:\n  extravirt reprotect two-hosts.yaml")
    .action(async (file: string | undefined, options: ReprotectOptions) => {
      try {
        await reprotect(file, options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function reprotect(
  file: string | undefined,
  options: ReprotectOptions,
  io: CliIo,
): Promise<void> {
  const waitMs = millisecondsOf("--wait-ms", options.waitMs);
  const path = await socketPath(file, options, io);
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const status = await sendReprotect(path);
    const isDone = status.isOpen && status.missing.length === 0;
    if (isDone || performance.now() > deadlineMs) {
      io.out(statusText(status));
      io.exitWith(isDone ? EXIT.success : EXIT.usage);
      return;
    }
    await pause(LOOK_MS);
  }
}

async function socketPath(
  file: string | undefined,
  options: ReprotectOptions,
  io: CliIo,
): Promise<string> {
  if (options.socket !== undefined) return resolve(io.cwd, options.socket);
  const { config, label } = await loadConfig(file, loadOptionsOf(options, io.cwd));
  const control = config.placement["control"];
  if (typeof control === "string") return control;
  throw new ExtravirtError("XV_ERR_HOST_CONTROL", "The config names no control socket.", {
    place: `${label}: placement.control`,
    remedy: "Name one there and start the run again, or name the run's with --socket.",
  });
}

function statusText({ missing, reasons, term, isOpen, replicas }: HostsStatus): string {
  const named = missing.map((address) => {
    const reason = reasons?.[address];
    return reason === undefined ? address : `${address} (${reason.replace(/\.$/u, "")})`;
  });
  const hosts =
    named.length === 0 ? "all machines are reached" : `not reached: ${named.join(", ")}`;
  const outputs = isOpen ? `outputs may leave, term ${term}` : "outputs are held back";
  return `${hosts}; ${amountText(replicas, "replica")} alive; ${outputs}\n`;
}
