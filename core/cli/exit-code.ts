// Exit codes of the command line. A guest that ends by itself passes its own code on; `--report` tells which it was.
import type { RunReport } from "../coordinator/run-report.ts";

export const EXIT = {
  success: 0,
  /** A defect of ExtraVirt or of a plugin. */
  internal: 1,
  /** Something the user can mend: config, image, option, host. */
  usage: 2,
  /** A divergence that the recovery policy could not resolve: stopped before anything unverified left. */
  diverged: 3,
} as const;

/** @param interruptCode of the signal that ended the run (130 for Ctrl-C), undefined without one. */
export function exitCodeOf(report: RunReport, interruptCode: number | undefined): number {
  const { reason, exitCode } = report.stop;
  if (reason === "diverged") return EXIT.diverged;
  if (reason === "user") return interruptCode ?? EXIT.success;
  if (report.faultsNotReached.length > 0) return EXIT.usage;
  // A process can only pass on 8 bits; a failure must not look like a success after that.
  const code = exitCode & 0xff;
  const isFailure = exitCode !== 0 || reason === "guest-failure";
  return code === 0 && isFailure ? EXIT.internal : code;
}
