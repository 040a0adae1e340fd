// The command line of `npm run bench`.
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";

export interface BenchOptions {
  /** Runs of each variant; figures are medians. */
  readonly runs: number;
  /** Sections to measure, in the order they are printed. */
  readonly sections: readonly string[];
  /** Programs of the suite that `speed` and `debian` run, in the suite's order. */
  readonly programs: readonly string[];
  /** File for the results as JSON, as typed. */
  readonly out?: string;
  readonly isHelpWanted: boolean;
}

const DEFAULT_RUNS = "3";

export interface KnownNames {
  /** All sections, in order. */
  readonly sections: readonly string[];
  /** All programs of the suite, in order. */
  readonly programs: readonly string[];
}

/** @throws BenchError that names the mistake. */
export function parseBenchOptions(args: readonly string[], known: KnownNames): BenchOptions {
  const { runs, only, programs, out, help } = valuesOf(args);
  const count = Number(runs);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new BenchError(`--runs ${runs}: give a whole number from 1.`);
  }
  return {
    runs: count,
    sections: chosen("--only", "section", only, known.sections),
    programs: chosen("--programs", "program", programs, known.programs),
    ...(out === undefined ? {} : { out }),
    isHelpWanted: help,
  };
}

/** Of all names those in a list like "a, b", in their usual order; without a list all of them. */
function chosen(
  option: string,
  kind: string,
  list: string | undefined,
  names: readonly string[],
): readonly string[] {
  const wanted = list?.split(",").map((name) => name.trim());
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new BenchError(
      `${option} ${unknown}: there is no such ${kind}; take from ${names.join(", ")}.`,
    );
  }
  return names.filter((name) => wanted?.includes(name) ?? true);
}

function valuesOf(args: readonly string[]): {
  readonly runs: string;
  readonly only?: string | undefined;
  readonly programs?: string | undefined;
  readonly out?: string | undefined;
  readonly help: boolean;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: "string", default: DEFAULT_RUNS },
        only: { type: "string" },
        programs: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new BenchError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}
