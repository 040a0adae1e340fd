// What became of a run whose coordinator was hit, as the outside sees it and as the run says itself.
import { ExtravirtError } from "../../../core/index.ts";
import type { Shown } from "./run-manager-subject.ts";

export const MANAGER_OUTCOMES = [
  "not reached",
  "masked",
  "recovered",
  "stopped",
  "wrong byte",
  "crash",
  "hang",
] as const;
export type ManagerOutcome = (typeof MANAGER_OUTCOMES)[number];

/** @param golden the same config without faults */
export function judgeManagerFault(
  shown: Shown,
  golden: Shown,
): { readonly outcome: ManagerOutcome; readonly detail: string } {
  const { report, error, injected } = shown;
  if (injected.length === 0) return { outcome: "not reached", detail: "" };
  const isWhole = shown.console.equals(golden.console) && shown.disk.equals(golden.disk);
  const isPart = golden.console.subarray(0, shown.console.length).equals(shown.console);
  const sum = `${shown.console.length} of ${golden.console.length} bytes`;
  if (!isPart)
    return { outcome: "wrong byte", detail: `${sum}: ${shown.console.toString("latin1")}` };
  if (report === undefined) {
    const isReported = error instanceof ExtravirtError && error.code.startsWith("XV_ERR_MANAGER");
    return { outcome: isReported ? "stopped" : "crash", detail: String(error) };
  }
  const { stop } = report;
  if (stop.reason === "diverged") return { outcome: "stopped", detail: stop.detail ?? "" };
  // An end that looks like a good one, without all that belongs to it, is as wrong as a wrong byte.
  if (!isWhole || JSON.stringify(stop) !== JSON.stringify(golden.report?.stop)) {
    return { outcome: "wrong byte", detail: `${sum}, ended as ${JSON.stringify(stop)}` };
  }
  const found = report.managerFaults ?? [];
  const isNoticed = report.divergences.length > 0 || found.length > 0;
  const detail = found.map(({ record, how }) => `${record}: ${how}`).join("; ");
  return { outcome: isNoticed ? "recovered" : "masked", detail };
}
