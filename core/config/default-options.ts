// The options of a provider that was chosen without any: its schema's defaults.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Provider } from "../api/provider.ts";
import { compileSchema } from "./schema-problems.ts";
import { slotSchema } from "./validate-slot.ts";

/** @throws XV_ERR_CONFIG_MISSING_OPTION when the provider needs an option that has no default. */
export function defaultOptionsOf(provider: Provider): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {};
  const validate = compileSchema(slotSchema(provider));
  if (validate(options)) return options;
  const missing = String(validate.errors?.[0]?.params["missingProperty"] ?? "an option");
  throw new ExtravirtError(
    "XV_ERR_CONFIG_MISSING_OPTION",
    `The ${provider.kind} provider "${provider.name}" cannot be used without options.`,
    {
      place: `provider ${provider.name}`,
      value: missing,
      remedy: `Name it in the config, where ${missing} can be given.`,
    },
  );
}
