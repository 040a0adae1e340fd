// The command line of `npm run bench`.
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";

export interface BenchOptions {
  /** Runs of each variant; figures are medians. */
  readonly runs: number;
  /** Sections to measure, in the order they are printed. */
  readonly sections: readonly string[];
  /** File for the results as JSON, as typed. */
  readonly out?: string;
  readonly isHelpWanted: boolean;
}

const DEFAULT_RUNS = "3";

/**
 * @param names of all sections, in order.
 * @throws BenchError that names the mistake.
 */
export function parseBenchOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { runs, only, out, help } = valuesOf(args);
  const count = Number(runs);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new BenchError(`--runs ${runs}: give a whole number from 1.`);
  }
  const wanted = only?.split(",").map((name) => name.trim());
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new BenchError(
      `--only ${unknown}: there is no such section; take from ${names.join(", ")}.`,
    );
  }
  return {
    runs: count,
    sections: names.filter((name) => wanted?.includes(name) ?? true),
    ...(out === undefined ? {} : { out }),
    isHelpWanted: help,
  };
}

function valuesOf(args: readonly string[]): {
  readonly runs: string;
  readonly only?: string | undefined;
  readonly out?: string | undefined;
  readonly help: boolean;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: "string", default: DEFAULT_RUNS },
        only: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new BenchError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}
