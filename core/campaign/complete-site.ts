// A drawn site with the defaults of its model, as if it stood among `faults`.
import type { ErrorObject } from "ajv";
import type { ExtravirtError } from "../api/extravirt-error.ts";
import type { FaultModel } from "../api/fault-model.ts";
import { describeExpectation } from "../config/describe-schema.ts";
import type { JsonSchema } from "../config/describe-schema.ts";
import { compileSchema } from "../config/schema-problems.ts";
import { valueText } from "../config/sourced-value.ts";
import type { Site } from "../fault-sites/site-options.ts";

/** What is wrong with the options of a model, as a clause, and what to do about it. */
interface SiteProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** @throws what `refuse` makes of the first option that the model's schema refuses */
export function completeSite(
  { schema, checkOptions }: FaultModel,
  site: Site,
  refuse: (problem: string, value: string, remedy: string) => ExtravirtError,
): Site {
  const validate = compileSchema(schema);
  // A copy: validating fills in defaults.
  const options = structuredClone(site);
  if (!validate(options)) {
    const { problem, remedy } = problemOf(validate.errors![0]!);
    throw refuse(problem, JSON.stringify(site), remedy);
  }
  const conflict = checkOptions?.(options);
  if (conflict === undefined) return options;
  const { option, problem, remedy } = conflict;
  throw refuse(`${option}: ${problem}`, JSON.stringify(site), remedy);
}

function problemOf({
  keyword,
  params,
  instancePath,
  data,
  parentSchema,
}: ErrorObject): SiteProblem {
  const schema = (parentSchema ?? {}) as JsonSchema;
  if (keyword === "required") {
    const missing = String(params["missingProperty"]);
    return { problem: `${missing} is missing`, remedy: `Write \`${missing}\` beside the model.` };
  }
  if (keyword === "additionalProperties") {
    const known = Object.keys(schema["properties"] ?? {});
    return {
      problem: `there is no option ${String(params["additionalProperty"])}`,
      remedy: `Remove it or use one of: ${known.join(", ")}.`,
    };
  }
  return {
    problem: `${instancePath.slice(1).replaceAll("/", ".")} can't be ${valueText(data)}`,
    remedy: `Write ${describeExpectation(schema)}.`,
  };
}
