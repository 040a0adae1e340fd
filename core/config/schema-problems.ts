// Turns ajv's errors into problems that speak of the option the user wrote, its value and what to write instead.
import { Ajv } from "ajv";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { ErrorCode } from "../api/extravirt-error.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { OptionsConflict } from "../api/provider.ts";
import { describeExpectation } from "./describe-schema.ts";
import type { JsonSchema } from "./describe-schema.ts";
import { didYouMean } from "./nearest-name.ts";
import { pathText, placeOf, valueText } from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";

/** One instance: compiling its meta-schema costs more than all schemas of a config. */
const ajv: Ajv = new Ajv({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
});

/** Compiles a schema; validating fills in its defaults. Strict: a slip in a plugin's schema is an error, not ignored. */
export function compileSchema(schema: JsonSchema): ValidateFunction {
  return ajv.compile(schema);
}

/** @param base where the validated part stands in the config. */
export function schemaProblems(
  errors: readonly ErrorObject[],
  root: Sourced,
  base: OptionPath,
): ExtravirtError[] {
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const told = errors.filter(
    (error) =>
      error.keyword !== "if" &&
      !choices.some((choice) => choice !== error && error.schemaPath.startsWith(choice.schemaPath)),
  );
  return told.map((error) => problemOf(error, root, base));
}

function problemOf(error: ErrorObject, root: Sourced, base: OptionPath): ExtravirtError {
  const path = [...base, ...pointerSteps(error.instancePath)];
  const schema = (error.parentSchema ?? {}) as JsonSchema;
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(error.params["additionalProperty"]);
      return unknownOption(root, path, name, Object.keys(schema["properties"] ?? {}), error.data);
    }
    case "required": {
      const name = String(error.params["missingProperty"]);
      const properties = schema["properties"] as Record<string, JsonSchema> | undefined;
      return missingOption(root, [...path, name], properties?.[name] ?? {});
    }
    default: {
      const allowed = error.keyword === "enum" ? (schema["enum"] as unknown[]).map(String) : [];
      const meant = typeof error.data === "string" ? didYouMean(error.data, allowed) : "";
      return badValue(root, path, error.data, describeExpectation(schema), meant);
    }
  }
}

/** A value that is of the wrong type or out of range. `expected` completes "Write ...". */
export function badValue(
  root: Sourced,
  path: OptionPath,
  value: unknown,
  expected: string,
  hint: string = "",
  code: ErrorCode = "XV_ERR_CONFIG_VALUE",
): ExtravirtError {
  return new ExtravirtError(code, `${pathText(path)} can't be ${valueText(value)}.${hint}`, {
    place: placeOf(root, path),
    value: valueText(value),
    remedy: `Write ${expected}.`,
  });
}

/** Options of one slot that do not go together. */
export function conflictProblem(
  root: Sourced,
  base: OptionPath,
  { option, problem, remedy }: OptionsConflict,
  value: unknown,
): ExtravirtError {
  const path = [...base, option];
  return new ExtravirtError(
    "XV_ERR_CONFIG_OPTIONS_CONFLICT",
    `${pathText(path)} can't be ${valueText(value)}: ${problem}.`,
    { place: placeOf(root, path), value: valueText(value), remedy },
  );
}

function missingOption(root: Sourced, path: OptionPath, schema: JsonSchema): ExtravirtError {
  const description = schema["description"];
  const meaning = typeof description === "string" ? ` (${description.replace(/\.$/, "")})` : "";
  const expected = Object.keys(schema).some((key) => key !== "description")
    ? `: ${describeExpectation(schema)}`
    : "";
  return new ExtravirtError("XV_ERR_CONFIG_MISSING_OPTION", `${pathText(path)} is missing.`, {
    place: placeOf(root, path),
    value: "nothing",
    remedy: `Add \`${String(path.at(-1))}\`${meaning}${expected}.`,
  });
}

function unknownOption(
  root: Sourced,
  parent: OptionPath,
  name: string,
  known: readonly string[],
  holder: unknown,
): ExtravirtError {
  const path = [...parent, name];
  const value = (holder as Record<string, unknown> | undefined)?.[name];
  const options = known.filter((option) => option !== "use");
  return new ExtravirtError(
    "XV_ERR_CONFIG_UNKNOWN_OPTION",
    `There is no option ${pathText(path)}.${didYouMean(name, options)}`,
    {
      place: placeOf(root, path),
      value: valueText(value),
      remedy:
        options.length === 0
          ? "Remove it; there are no options here."
          : `Remove it or use one of: ${options.join(", ")}.`,
    },
  );
}

/** "/devices/0/id" as steps; digits are list items. */
function pointerSteps(pointer: string): (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
