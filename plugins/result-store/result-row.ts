// Experiments and results as rows. JSON keeps what is not asked for in queries; a program counter is a hexadecimal
// string in it, since JSON has no integers of 64 bits.
import { resultText } from "../../core/index.ts";
import type { Experiment, ExperimentResult, StoredResult } from "../../core/index.ts";
import type { Row } from "./sql-executor.ts";

/** Parameter of a statement that reads its rows from JSON. */
export function experimentRows(experiments: readonly Experiment[]): string {
  return JSON.stringify(
    experiments.map(({ index, stratum, weight, fault }) => ({ index, stratum, weight, fault })),
  );
}

export function resultRows(results: readonly ExperimentResult[]): string {
  return JSON.stringify(
    results.map(({ measured, ...result }) => ({
      index: result.index,
      outcome: result.outcome,
      detector: result.detector ?? null,
      result: JSON.parse(resultText(result)) as unknown,
      measured: measured ?? null,
    })),
  );
}

export function experimentOf(row: Row): Experiment {
  return {
    index: Number(row["index"]),
    fault: row["fault"] as Experiment["fault"],
    stratum: String(row["stratum"]),
    weight: Number(row["weight"]),
  };
}

type KeptResult = Omit<ExperimentResult, "struck" | "measured"> & {
  readonly struck?: { readonly hart: number; readonly pc: string; readonly text: string };
};

export function resultOf(row: Row): ExperimentResult {
  const { struck, ...rest } = row["result"] as KeptResult;
  const measured = row["measured"] as ExperimentResult["measured"] | null;
  return {
    ...rest,
    ...(struck === undefined ? {} : { struck: { ...struck, pc: BigInt(struck.pc) } }),
    ...(measured === null || measured === undefined ? {} : { measured }),
  };
}

export function storedResultOf(row: Row): StoredResult {
  return { ...resultOf(row), variant: String(row["variant"]), experiment: experimentOf(row) };
}
