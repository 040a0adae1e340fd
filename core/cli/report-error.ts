// How errors look: what is wrong, where, the value, the remedy; a stack trace only for defects of our own.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { ConfigError } from "../config/config-error.ts";
import type { CliIo } from "./cli-io.ts";
import { EXIT } from "./exit-code.ts";

/** Writes the error to stderr and sets the exit code: 2 for what the user can mend, 1 for the rest. */
export function reportError(error: unknown, io: CliIo, isJson: boolean): void {
  io.exitWith(error instanceof ExtravirtError ? EXIT.usage : EXIT.internal);
  io.err(isJson ? `${JSON.stringify(errorObject(error))}\n` : errorText(error));
}

export function errorText(error: unknown): string {
  if (error instanceof ConfigError) {
    const count = error.problems.length;
    const parts = error.problems.map((problem) => problemText(problem, "- "));
    return `extravirt: ${count} problems in ${error.place ?? "the config"}\n${parts.join("")}`;
  }
  if (error instanceof ExtravirtError) return problemText(error, "extravirt: ");
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `extravirt: internal error, please report it with the lines below\n${trace}\n`;
}

function problemText(problem: ExtravirtError, lead: string): string {
  const lines = [`${lead}${problem.message}`];
  if (problem.place !== undefined) lines.push(`  where:  ${problem.place}`);
  if (problem.value !== undefined) lines.push(`  value:  ${problem.value}`);
  lines.push(`  remedy: ${problem.remedy}`, `  code:   ${problem.code} (docs/errors.md)`);
  return `${lines.join("\n")}\n`;
}

/** For `--json`: one object with all problems. */
export function errorObject(error: unknown): object {
  if (!(error instanceof ExtravirtError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: "error", code: "XV_ERR_INTERNAL", message };
  }
  const problems = error instanceof ConfigError ? error.problems : [error];
  return {
    type: "error",
    code: error.code,
    problems: problems.map(({ code, message, place, value, remedy }) => ({
      code,
      message,
      place,
      value,
      remedy,
    })),
  };
}
