// Says in words what a JSON Schema accepts: for the remedies of messages and for `extravirt list`.

export type JsonSchema = Readonly<Record<string, unknown>>;

/** "an integer from 1 to 8", "one of fast, safe", "a list of strings". */
export function describeExpectation(schema: JsonSchema): string {
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"])) return `one of ${schema["enum"].map(String).join(", ")}`;
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(choices)) {
    return choices.map((choice) => describeExpectation(choice as JsonSchema)).join(", or ");
  }
  const types = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]];
  return types.map((type) => describeType(String(type), schema)).join(" or ");
}

function describeType(type: string, schema: JsonSchema): string {
  switch (type) {
    case "integer":
      return `an integer${describeRange(schema)}`;
    case "number":
      return `a number${describeRange(schema)}`;
    case "string":
      if (typeof schema["pattern"] === "string") return `text that matches ${schema["pattern"]}`;
      return typeof schema["minLength"] === "number" ? "text that is not empty" : "text";
    case "boolean":
      return "true or false";
    case "array":
      return typeof schema["minItems"] === "number" ? "a list that is not empty" : "a list";
    case "object":
      return "a map of options";
    default:
      return "a value";
  }
}

function describeRange(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const range =
    minimum !== undefined && maximum !== undefined
      ? ` from ${String(minimum)} to ${String(maximum)}`
      : minimum !== undefined
        ? ` of at least ${String(minimum)}`
        : maximum !== undefined
          ? ` of at most ${String(maximum)}`
          : "";
  const above = exclusiveMinimum === undefined ? "" : ` above ${String(exclusiveMinimum)}`;
  const below = exclusiveMaximum === undefined ? "" : ` below ${String(exclusiveMaximum)}`;
  const step = multipleOf === undefined ? "" : `, a multiple of ${String(multipleOf)}`;
  return range + above + below + step;
}
