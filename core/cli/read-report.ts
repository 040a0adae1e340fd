// Reads what `extravirt run --report` (or `--json`) wrote, as far as figures are made of it.
import { readFile } from "node:fs/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ReportedRun } from "../reliability/fault-outcomes.ts";

/**
 * @param option that named the file, for messages.
 * @throws XV_ERR_CLI_REPORT
 */
export async function readReport(option: string, path: string): Promise<ReportedRun> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unusable(option, path, "The report can't be read", cause);
  });
  let report: Partial<ReportedRun>;
  try {
    report = JSON.parse(text) as Partial<ReportedRun>;
  } catch (cause) {
    throw unusable(option, path, "The file is not JSON", cause);
  }
  const isReport =
    typeof report === "object" &&
    typeof report?.stop?.reason === "string" &&
    typeof report.replicas === "number" &&
    Array.isArray(report.faults) &&
    Array.isArray(report.divergences);
  if (isReport) return report as ReportedRun;
  throw unusable(option, path, "The file is no report of a run");
}

function unusable(option: string, path: string, what: string, cause?: unknown): ExtravirtError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new ExtravirtError("XV_ERR_CLI_REPORT", `${what}${reason}.`, {
    place: option,
    value: path,
    remedy: "Name a file that `extravirt run --report FILE` wrote.",
    ...(cause === undefined ? {} : { cause }),
  });
}
