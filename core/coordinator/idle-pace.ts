// How far virtual time jumps while the guest is idle: a batch guest does not wait, an interactive one keeps up
// with the wall clock.
import type { EpochRecord } from "../api/epoch.ts";
import type { Boundary } from "./run-position.ts";

/** Virtual time runs at 10 MHz. */
const TICKS_PER_MS = 10_000;

export type PaceDecision =
  | { readonly kind: "go"; readonly jumpTicks: number }
  /** Nothing to do before this much wall time has passed or an input arrives. */
  | { readonly kind: "wait"; readonly ms: number }
  /** No input and no timer will ever come. */
  | { readonly kind: "stuck" };

export interface PaceQuestion {
  /** The latest agreed ballot; undefined before the first. */
  readonly agreed: Omit<Boundary, "steps"> | undefined;
  /** Records granted but not yet agreed on. */
  readonly inFlight: readonly EpochRecord[];
  readonly hasInputs: boolean;
  readonly isInteractive: boolean;
  /** Wall time since the start of the run. */
  readonly wallMs: number;
}

/** Depends on agreed history only, unless the machine is interactive: then wall time enters, and the log keeps it. */
export function decidePace(question: PaceQuestion): PaceDecision {
  const { agreed, inFlight, hasInputs } = question;
  const mayStir = inFlight.some((record) => record.inputs.length > 0 || record.jumpTicks > 0);
  if (agreed === undefined || !agreed.isIdle || mayStir) return { kind: "go", jumpTicks: 0 };
  const toAlarm = agreed.nextAlarmTick - agreed.tick;
  if (!question.isInteractive) {
    if (hasInputs) return { kind: "go", jumpTicks: 0 };
    return toAlarm === Infinity ? { kind: "stuck" } : { kind: "go", jumpTicks: toAlarm };
  }
  const behind = Math.max(0, Math.floor(question.wallMs * TICKS_PER_MS) - agreed.tick);
  if (hasInputs || behind >= toAlarm) return { kind: "go", jumpTicks: Math.min(behind, toAlarm) };
  return { kind: "wait", ms: (toAlarm - behind) / TICKS_PER_MS };
}
