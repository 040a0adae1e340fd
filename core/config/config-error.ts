// All problems of a config in one error, so that the user mends them in one go.
import { ExtravirtError } from "../api/extravirt-error.ts";

/** Thrown for a config with more than one problem; each problem is a complete error of its own. */
export class ConfigError extends ExtravirtError {
  readonly problems: readonly ExtravirtError[];

  constructor(place: string, problems: readonly ExtravirtError[]) {
    const lines = problems.map((problem, index) => `  ${index + 1}. ${describeProblem(problem)}`);
    super(
      "XV_ERR_CONFIG_INVALID",
      `${problems.length} problems in ${place}:\n${lines.join("\n")}`,
      {
        place,
        remedy: "Mend each of them as said in its line.",
      },
    );
    this.problems = problems;
  }
}

/** One problem as a line: place, what is wrong, value, remedy. */
function describeProblem(problem: ExtravirtError): string {
  const place = problem.place === undefined ? "" : `${problem.place}: `;
  const isValueTold = problem.value === undefined || problem.message.includes(problem.value);
  const value = isValueTold ? "" : ` Found: ${problem.value}.`;
  return `${place}${problem.message}${value} ${problem.remedy} [${problem.code}]`;
}

/** @throws the problem itself when there is one, a ConfigError when there are several. */
export function throwProblems(place: string, problems: readonly ExtravirtError[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw problems.length === 1 ? first : new ConfigError(place, problems);
}
