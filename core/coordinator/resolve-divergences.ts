// Has divergences resolved by the recovery strategy, and checks what comes of it: a run goes on only with as many
// replicas as it was planned with, and not for ever at one place.
import type { Divergence, DivergenceSignal, RecoveryOutcome } from "../api/recovery-strategy.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { Vmm } from "../api/vmm.ts";
import { isAbsent } from "./judge-epoch.ts";
import { RecoverySession, type RecoveryParts } from "./recovery-session.ts";
import type { DivergenceReport, RunStop } from "./run-report.ts";

/**
 * Divergences without an epoch agreed on or a checkpoint taken in between. What is recovered from so often and comes
 * back each time is no passing fault.
 */
const MAX_IN_A_ROW = 8;

export interface ResolverParts extends Omit<RecoveryParts, "planned" | "records" | "steps"> {
  readonly vmm: Pick<Vmm, "hooks">;
  readonly plan: ReplicationPlan;
  /** Runs the recovery strategy that the config or a hook chose. */
  readonly recover: (divergence: Divergence, session: RecoverySession) => Promise<RecoveryOutcome>;
}

/** What diverged, and where the run stands. */
export interface DivergenceFound extends Pick<RecoveryParts, "records" | "steps"> {
  readonly epoch: number;
  readonly signal: DivergenceSignal;
  readonly detail: string;
}

export class DivergenceResolver {
  readonly reports: DivergenceReport[] = [];
  readonly #parts: ResolverParts;
  #inARow = 0;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  /** An epoch was agreed on, or a checkpoint taken. */
  progressed(): void {
    this.#inARow = 0;
  }

  /** @returns how the run stops, or undefined when it goes on. */
  async resolve({
    epoch,
    signal,
    detail,
    ...place
  }: DivergenceFound): Promise<RunStop | undefined> {
    const { replicas, vmm, plan, recover } = this.#parts;
    const divergence: Divergence = {
      epoch,
      signal,
      replicas: replicas.all.filter((handle) => !isAbsent(handle, epoch)).map(numberOf),
      absent: replicas.all.filter((handle) => isAbsent(handle, epoch)).map(numberOf),
      detail,
    };
    const startMs = performance.now();
    vmm.hooks.divergenceDetected.call(divergence);
    const parts = { ...this.#parts, ...place, planned: plan.replicas };
    const session = new RecoverySession(divergence, parts);
    const outcome = this.#checked(divergence, await recover(divergence, session), session);
    const report = { divergence, outcome, durationMs: performance.now() - startMs };
    this.reports.push(report);
    vmm.hooks.recovered.call(report);
    if (outcome.kind === "recovered") return undefined;
    return { reason: "diverged", exitCode: 0, detail: outcome.why };
  }

  #checked(
    divergence: Divergence,
    outcome: RecoveryOutcome,
    { lastFailure }: RecoverySession,
  ): RecoveryOutcome {
    const why = outcome.kind === "stopped" ? outcome.why : this.#whyStopped(divergence, outcome.by);
    if (why === undefined) return outcome;
    const last = lastFailure === undefined ? "" : `; the last replay: ${lastFailure}`;
    return { kind: "stopped", why: `${why}${last}` };
  }

  #whyStopped({ epoch }: Divergence, by: string): string | undefined {
    const { replicas, plan } = this.#parts;
    const left = replicas.all.length;
    // Going on would commit outputs that too few replicas agreed on.
    if (left < plan.replicas) return `recovery by ${by} left ${left} of ${plan.replicas} replicas`;
    if (++this.#inARow < MAX_IN_A_ROW) return undefined;
    return `epoch ${epoch} diverged ${MAX_IN_A_ROW} times in a row, recovery by ${by} does not help`;
  }
}

const numberOf = ({ replica }: { readonly replica: number }): number => replica;
