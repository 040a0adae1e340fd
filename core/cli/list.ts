// `extravirt list`: the providers there are, with their options and defaults.
import { Argument, type Command } from "commander";
import { PROVIDER_KINDS } from "../api/provider.ts";
import type { Provider, ProviderKind } from "../api/provider.ts";
import { describeExpectation } from "../config/describe-schema.ts";
import type { JsonSchema } from "../config/describe-schema.ts";
import type { CliIo } from "./cli-io.ts";
import { addPluginOption, registryOf } from "./plugin-option.ts";
import type { PluginOption } from "./plugin-option.ts";
import { reportError } from "./report-error.ts";

interface ListOptions extends PluginOption {
  readonly json?: boolean;
}

export function register(program: Command, io: CliIo): void {
  addPluginOption(program.command("list"))
    .addArgument(new Argument("[kind]", "only providers of this kind").choices([...PROVIDER_KINDS]))
    .summary("list providers with their options")
    .description("Lists what a config can write after `use`, by kind, with options and defaults.")
    .option("--json", "print as JSON, with the options' schemas")
    .addHelpText("after", "\nExamples:\n  extravirt list\n  extravirt list fault")
    .action(async (kind: ProviderKind | undefined, options: ListOptions) => {
      try {
        const registry = await registryOf(options, io.cwd);
        const kinds = kind === undefined ? PROVIDER_KINDS : [kind];
        const groups = kinds.map((name) => ({ kind: name, providers: registry.list(name) }));
        if (options.json === true) {
          const data = groups.flatMap(({ providers }) => providers.map(providerObject));
          io.out(`${JSON.stringify(data, undefined, 2)}\n`);
          return;
        }
        io.out(groups.map((group) => kindText(group.kind, group.providers)).join("\n"));
      } catch (error) {
        reportError(error, io, options.json === true);
      }
    });
}

function providerObject({ kind, name, summary, schema }: Provider): object {
  return { kind, name, summary, schema };
}

/** One kind: its name, then a paragraph per provider. */
function kindText(kind: ProviderKind, providers: readonly Provider[]): string {
  const body = providers.length === 0 ? "  (none)\n" : providers.map(providerText).join("");
  return `${kind}\n${body}`;
}

export function providerText({ name, summary, schema }: Provider): string {
  const required = new Set(schema.required);
  const options = Object.entries(schema.properties).map(([option, details]) => {
    const description = (details as JsonSchema)["description"];
    const meaning = typeof description === "string" ? `${description.replace(/\.$/, "")}; ` : "";
    return `      ${option}: ${meaning}${describeExpectation(details as JsonSchema)}${presetText(
      details as JsonSchema,
      required.has(option),
    )}\n`;
  });
  return `  ${name.padEnd(18)} ${summary}\n${options.join("")}`;
}

function presetText(schema: JsonSchema, isRequired: boolean): string {
  if (schema["default"] !== undefined) return ` (default ${JSON.stringify(schema["default"])})`;
  return isRequired ? " (required)" : "";
}
