// `extravirt schema`: the JSON Schema of configs, for editors; `--check` fails when the published file is stale.
import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { composeSchemaText } from "../config/compose-schema.ts";
import type { CliIo } from "./cli-io.ts";
import { packageRoot } from "../package-root.ts";
import { addPluginOption, registryOf } from "./plugin-option.ts";
import type { PluginOption } from "./plugin-option.ts";
import { reportError } from "./report-error.ts";
import { writeOutputFile } from "./write-output-file.ts";

interface SchemaOptions extends PluginOption {
  readonly write?: string | true;
  readonly check?: string | true;
}

/** Where the schema of the built-in providers is published. */
const PUBLISHED_SCHEMA = "configs/extravirt.schema.json";

export function register(program: Command, io: CliIo): void {
  addPluginOption(program.command("schema"))
    .summary("print the JSON Schema of configs, for editors")
    .description(
      "Prints one JSON Schema for whole configs, composed from all providers. Editors use it for " +
        "completion: put `# yaml-language-server: $schema=<path>` at the top of a YAML config.",
    )
    .option("--write [file]", `write it to a file (default: the package's ${PUBLISHED_SCHEMA})`)
    .option("--check [file]", "fail when that file is not up to date")
    .addHelpText(
      "after",
      "\nExample:\n  extravirt schema --plugin ./my-plugin.ts --write my.schema.json",
    )
    .action(async (options: SchemaOptions) => {
      try {
        await schema(options, io);
      } catch (error) {
        reportError(error, io, false);
      }
    });
}

async function schema(options: SchemaOptions, io: CliIo): Promise<void> {
  const text = composeSchemaText(await registryOf(options, io.cwd));
  if (options.write === undefined && options.check === undefined) io.out(text);
  if (options.write !== undefined)
    await writeOutputFile("--write", pathOf(options.write, io.cwd), text);
  if (options.check !== undefined)
    await checkSchemaFile(pathOf(options.check, io.cwd), text, io.cwd);
}

/** @throws XV_ERR_SCHEMA_STALE */
async function checkSchemaFile(file: string, text: string, cwd: string): Promise<void> {
  const published = await readFile(file, "utf8").catch(() => undefined);
  if (published === text) return;
  throw new ExtravirtError(
    "XV_ERR_SCHEMA_STALE",
    published === undefined
      ? "The published schema is missing."
      : "The published schema is not what the providers give.",
    {
      place: relative(cwd, file),
      value:
        published === undefined
          ? "no file"
          : `${published.length} characters, expected ${text.length}`,
      remedy: "Run `npm run extravirt -- schema --write` and commit the file.",
    },
  );
}

function pathOf(option: string | true, cwd: string): string {
  return option === true
    ? fileURLToPath(new URL(PUBLISHED_SCHEMA, packageRoot()))
    : resolve(cwd, option);
}
