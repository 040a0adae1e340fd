// Exit codes of the command line. A guest that ends by itself passes its own code on; `--report` tells which it was.
import type { RunReport } from "../coordinator/run-report.ts";

export const EXIT = {
  success: 0,
  /** A defect of ExtraVirt or of a plugin. */
  internal: 1,
  /** Something the user can mend: config, image, option, host. */
  usage: 2,
  /** An honest stop: a divergence that could not be resolved, or hosts that could not be heard. */
  diverged: 3,
  /** A campaign found more failures than it was allowed. */
  exceeded: 4,
} as const;

/** Rather than release what is not verified, or not this run's to release any more. */
const HONEST_STOPS: ReadonlySet<RunReport["stop"]["reason"]> = new Set([
  "diverged",
  "cut-off",
  "fenced",
]);

/** @param interruptCode of the signal that ended the run (130 for Ctrl-C), undefined without one. */
export function exitCodeOf(report: RunReport, interruptCode: number | undefined): number {
  const { reason, exitCode } = report.stop;
  if (HONEST_STOPS.has(reason)) return EXIT.diverged;
  if (reason === "user") return interruptCode ?? EXIT.success;
  if (report.faultsNotReached.length > 0) return EXIT.usage;
  // A process can only pass on 8 bits; a failure must not look like a success after that.
  const code = exitCode & 0xff;
  const isFailure = exitCode !== 0 || reason === "guest-failure";
  return code === 0 && isFailure ? EXIT.internal : code;
}
