// `extravirt host`: runs replicas for a coordinator on another machine.
import { resolve } from "node:path";
import type { Command } from "commander";
import { parseAddress } from "../hosts/host-address.ts";
import { createLogger } from "../logger.ts";
import { resolvePlugin } from "../plugin-host/resolve-plugin.ts";
import type { CliIo } from "./cli-io.ts";
import { catchInterrupt } from "./interrupt.ts";
import { millisecondsOf } from "./milliseconds.ts";
import { addPluginOption, type PluginOption } from "./plugin-option.ts";
import { reportError } from "./report-error.ts";

/** Shorter than any wire is silent now and then. */
const LEAST_SILENCE_MS = 100;

interface HostCommandOptions extends PluginOption {
  readonly listen: string;
  readonly key: string;
  readonly state?: string;
  readonly silenceMs: string;
}

export function register(program: Command, io: CliIo): void {
  addPluginOption(program.command("host"))
    .summary("run replicas for a machine elsewhere")
    .description(
      "Listens for coordinators that hold the same key, grants them the lease on outputs, and runs " +
        "replicas for them. It releases no outputs itself.",
    )
    .requiredOption("--listen <address:port>", "where to listen")
    .requiredOption("--key <file>", "the key that this machine and its coordinators hold")
    .option(
      "--state <file>",
      "keeps promises across restarts; default: in ~/.local/state/extravirt, by address and port",
    )
    .option("--silence-ms <ms>", "nothing heard for so long ends a replica", "5000")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  (umask 077; head -c 32 /dev/urandom | base64 > extravirt.key)\n" +
        "  extravirt host --listen 192.0.2.7:7070 --key extravirt.key",
    )
    .action(async (options: HostCommandOptions) => {
      try {
        await host(options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function host(options: HostCommandOptions, io: CliIo): Promise<void> {
  const address = parseAddress(options.listen, "--listen");
  const silenceMs = millisecondsOf("--silence-ms", options.silenceMs, LEAST_SILENCE_MS);
  const plugins = (options.plugin ?? []).map((name) =>
    resolvePlugin(name, resolve(io.cwd, "command"), "--plugin"),
  );
  const logger = createLogger("info");
  const interrupt = catchInterrupt((text) => io.err(text));
  const { openHost } = await import("../hosts/open-host.ts");
  const server = await openHost({
    address,
    keyFile: resolve(io.cwd, options.key),
    ...(options.state !== undefined && { stateFile: resolve(io.cwd, options.state) }),
    silenceMs,
    plugins,
    logger,
  });
  io.err(`extravirt: this host listens at ${options.listen.replace(/:0$/u, `:${server.port}`)}\n`);
  await new Promise<void>((ended) => {
    interrupt.signal.addEventListener("abort", () => ended());
  });
  await server.close();
  interrupt.release();
  io.exitWith(interrupt.exitCode() ?? 0);
}
