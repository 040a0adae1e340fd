// A drawn site with the defaults of its model, as if it stood among `faults`.
import type { FaultModel } from "../api/fault-model.ts";
import type { ExtravirtError } from "../api/extravirt-error.ts";
import { compileSchema } from "../config/schema-problems.ts";
import type { Site } from "../fault-sites/site-options.ts";

/** @throws what `refuse` makes of the first option that the model's schema refuses */
export function completeSite(
  { schema, checkOptions }: FaultModel,
  site: Site,
  refuse: (problem: string, value: string) => ExtravirtError,
): Site {
  const validate = compileSchema(schema);
  // A copy: validating fills in defaults.
  const options = structuredClone(site);
  if (!validate(options)) {
    const [error] = validate.errors ?? [];
    throw refuse(
      `${error?.instancePath.slice(1) ?? ""} ${error?.message ?? ""}`.trim(),
      JSON.stringify(site),
    );
  }
  const conflict = checkOptions?.(options);
  if (conflict !== undefined)
    throw refuse(`${conflict.option}: ${conflict.problem}`, JSON.stringify(site));
  return options;
}
