// Checks what an arrival fixes of the options of a fault model, each by itself, before anything is drawn: what is wrong
// is told to whoever wrote it, whether or not such a fault comes up.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { FaultModel } from "../api/fault-model.ts";
import { FAULT_OPTIONS } from "../config/config-slots.ts";
import { describeExpectation } from "../config/describe-schema.ts";
import type { JsonSchema } from "../config/describe-schema.ts";
import { didYouMean } from "../config/nearest-name.ts";
import { compileSchema } from "../config/schema-problems.ts";
import { valueText } from "../config/sourced-value.ts";
import type { Site } from "./site-options.ts";

/** Options of a fault that the arrival decides itself. */
const ARRIVAL_DECIDES = ["at", "core", "replica"];

/**
 * @param place of the model in the options of the arrival, for messages
 * @throws XV_ERR_ARRIVAL_MODEL_OPTIONS
 */
export function checkFixed(model: FaultModel, fixed: Site, place: string): void {
  if (Object.keys(fixed).length === 0) return;
  // An intermittent fault may arrive like any other.
  const properties = { ...model.schema.properties, repeat: FAULT_OPTIONS["repeat"] };
  for (const [name, value] of Object.entries(fixed)) {
    if (!Object.hasOwn(properties, name)) throw unknownOption(name, value, properties, place);
  }
  // Nothing is required: what is missing is drawn, or has a default.
  const validate = compileSchema({ ...model.schema, properties, required: [] });
  // A copy: validating fills in defaults.
  if (validate(structuredClone(fixed))) return;
  const { instancePath, data, message, parentSchema } = validate.errors![0]!;
  const option = `${place}${instancePath.replaceAll("/", ".")}`;
  const expected = describeExpectation((parentSchema ?? {}) as JsonSchema);
  const problem = `${option} can't be ${valueText(data)}: it ${message}.`;
  throw refused(problem, option, data, `Write ${expected}.`);
}

function unknownOption(
  name: string,
  value: unknown,
  properties: Readonly<Record<string, unknown>>,
  place: string,
): ExtravirtError {
  const option = `${place}.${name}`;
  if (ARRIVAL_DECIDES.includes(name)) {
    return refused(
      `${option} can't be fixed: when a fault comes, and on which core, is drawn.`,
      option,
      value,
      "Remove it; options of the arrival say which cores are struck and until when. A fault of a known place and step belongs among `faults`.",
    );
  }
  const known = Object.keys(properties);
  const meant = didYouMean(name, [...known, "weight"]);
  return refused(
    `There is no option ${option}.${meant}`,
    option,
    value,
    `Remove it or use one of: ${["weight", ...known].join(", ")}.`,
  );
}

function refused(message: string, place: string, value: unknown, remedy: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_ARRIVAL_MODEL_OPTIONS", message, {
    place,
    value: valueText(value),
    remedy,
  });
}
