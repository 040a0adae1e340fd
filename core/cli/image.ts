// `extravirt image`: obtains the images of a config ahead of a run and prints where they are.
import type { Command } from "commander";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { loadConfig } from "../config/load-config.ts";
import type { CliIo } from "./cli-io.ts";
import { addConfigOptions, loadOptionsOf } from "./config-options.ts";
import type { ConfigOptions } from "./config-options.ts";
import { reportError } from "./report-error.ts";

interface ImageOptions extends ConfigOptions {
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  addConfigOptions(program.command("image"))
    .summary("obtain the images of a config and print their paths")
    .description(
      "Obtains what the `images` slot of a config names (a run does the same when needed) and prints " +
        "one line per image: its role and its path. Later runs work offline.",
    )
    .option("--json", "print the paths as JSON")
    .addHelpText("after", "\nExample:\n  extravirt image configs/debian-pair.yaml")
    .action(async (file: string | undefined, options: ImageOptions) => {
      try {
        await obtainImages(file, options, io);
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

async function obtainImages(
  file: string | undefined,
  options: ImageOptions,
  io: CliIo,
): Promise<void> {
  const { config, label, registry } = await loadConfig(file, loadOptionsOf(options, io.cwd));
  if (config.images === undefined) {
    const sources = registry.list("image-source").map(({ name }) => name);
    throw new ExtravirtError("XV_ERR_CLI_NO_IMAGES", "This config obtains no images.", {
      place: `${label}: images`,
      value: "nothing",
      remedy: `Add \`images: { use: ... }\` with one of: ${sources.join(", ") || "none registered"}.`,
    });
  }
  const { use, ...sourceOptions } = config.images;
  const images = await registry
    .get("image-source", use)
    .obtain(sourceOptions, (message) => io.err(`extravirt: ${message}\n`));
  const lines = Object.entries(images).map(([role, path]) => `${role}\t${path}\n`);
  io.out(options.json === true ? `${JSON.stringify(images, undefined, 2)}\n` : lines.join(""));
}
