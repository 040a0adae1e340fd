// Whether outputs may leave at this instant, beyond that they were agreed on. Where replicas are on several hosts, that
// takes a majority of these (`core/hosts`).
import type { RunStop } from "./run-report.ts";

export interface OutputGate {
  /** Asked right before each output. */
  readonly isOpen: boolean;
  /** The gate will not open any more, or was waited for long enough: how the run ends. */
  readonly stop: RunStop | undefined;
  /** How long a new replica waits for a host that has none, where there is room for it elsewhere. */
  readonly spreadMs: number;
  /** Wall milliseconds after which to look again at the latest. */
  readonly nextLookMs: number;
}
