// Has the divergences of a run resolved and keeps the record of them. A run does not go on for ever at one place.
import type {
  Divergence,
  DivergenceSignal,
  RecoveryOutcome,
  RecoveryStrategy,
} from "../api/recovery-strategy.ts";
import type { CoreDiagnosis } from "../api/core-diagnosis.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { Vmm } from "../api/vmm.ts";
import type { IncidentRecorder, OpenIncident } from "../recording/incident-recorder.ts";
import type { Recorder } from "../recording/recorder.ts";
import { BlamedCores, type Examined } from "./blamed-cores.ts";
import { RecoverySession } from "./recovery-session.ts";
import {
  demoteUntrusted,
  NONE_IS_SOUND,
  resolveDivergence,
  type Resolution,
  type ResolutionParts,
} from "./resolve-divergence.ts";
import type { CoreReport, DivergenceReport, RunStop } from "./run-report.ts";

/**
 * Divergences without an epoch agreed on or a checkpoint taken in between. What is recovered from so often and comes
 * back each time is no passing fault.
 */
const MAX_IN_A_ROW = 8;

export interface ResolverParts extends Omit<
  ResolutionParts,
  "planned" | "needed" | "steps" | "onDemoted"
> {
  readonly vmm: Pick<Vmm, "hooks">;
  readonly plan: ReplicationPlan;
  readonly diagnosis: CoreDiagnosis;
  /** The recovery strategy that the config or a hook chooses. */
  readonly chooseRecovery: (divergence: Divergence) => RecoveryStrategy;
  /** Undefined where the run is not recorded. */
  readonly recorder?: Pick<Recorder, "demoted"> | undefined;
  /** Undefined where no incidents are written. */
  readonly incidents?: IncidentRecorder | undefined;
}

/** What diverged, and where. */
export interface DivergenceFound {
  readonly epoch: number;
  readonly signal: DivergenceSignal;
  readonly detail: string;
  /** Replicas that died before they voted where the others stand. */
  readonly absent: readonly number[];
  /** Of the last boundary that was agreed on. */
  readonly steps: number;
}

export class DivergenceResolver {
  readonly reports: DivergenceReport[] = [];
  readonly #parts: ResolverParts;
  readonly #blamed: BlamedCores;
  /** What repeats, where it stands. */
  readonly state: { inARow: number } = { inARow: 0 };

  constructor(parts: ResolverParts) {
    this.#parts = parts;
    this.#blamed = new BlamedCores({
      ...parts,
      planned: parts.plan.replicas,
      needed: this.#needed,
    });
  }

  /** What was found out about each core. */
  get cores(): readonly CoreReport[] {
    return this.#blamed.reports(this.#parts.replicas.cores.count);
  }

  /** Replicas without which the run does not go on: what is released uncompared needs nobody who agrees with it. */
  get #needed(): number {
    const { release, leastReplicas, replicas } = this.#parts.plan;
    return release === "primary" ? 1 : (leastReplicas ?? replicas);
  }

  /** An epoch was agreed on, or a checkpoint taken. */
  progressed(): void {
    this.state.inARow = 0;
  }

  /** @returns how the run stops, or undefined when it goes on. */
  async resolve(found: DivergenceFound): Promise<RunStop | undefined> {
    const { epoch, signal, detail, steps, absent } = found;
    const { replicas, vmm, chooseRecovery } = this.#parts;
    const divergence: Divergence = {
      epoch,
      signal,
      replicas: replicas.numbers.filter((replica) => !absent.includes(replica)),
      absent,
      detail,
    };
    vmm.hooks.divergenceDetected.call(divergence);
    const incident = await this.#captureIncident(divergence);
    const startMs = performance.now();
    const resolution = this.#bounded(
      divergence,
      await resolveDivergence(divergence, chooseRecovery(divergence), this.#resolutionAt(steps)),
    );
    const durationMs = performance.now() - startMs;
    const { diagnoses, stop } = await this.#examine(found, divergence, resolution);
    const outcome: RecoveryOutcome =
      stop === undefined ? resolution.outcome : { kind: "stopped", why: stop };
    incident?.resolved({ outcome, durationMs, diagnoses });
    const report = {
      divergence,
      outcome,
      ...(resolution.replay !== undefined && { replay: resolution.replay }),
      ...(resolution.demoted !== undefined && { demoted: resolution.demoted }),
      durationMs,
      ...(diagnoses.length > 0 && { diagnoses }),
      ...(incident !== undefined && { incident: incident.path }),
    };
    this.reports.push(report);
    vmm.hooks.recovered.call(report);
    if (outcome.kind === "recovered") return undefined;
    return { reason: "diverged", exitCode: 0, detail: outcome.why };
  }

  /**
   * After the coordinator itself failed, no replica is left, and the checkpoints were verified.
   * @param steps of the last boundary that was agreed on
   * @returns why there is none to make replicas anew from; undefined when there is
   */
  async demoteUntrusted(steps: number): Promise<string | undefined> {
    return (await demoteUntrusted(this.#resolutionAt(steps))) ? undefined : NONE_IS_SOUND;
  }

  /**
   * All replicas are made anew from the known-good checkpoint.
   * @param steps of the last boundary that was agreed on
   * @returns false when they differ from each other or from what was agreed on
   */
  async replayAll(steps: number): Promise<boolean> {
    const { checkpoints, feed, plan } = this.#parts;
    const epoch = checkpoints.epoch + 1;
    const nothing: Divergence = { epoch, signal: "crash", replicas: [], absent: [], detail: "" };
    const session = new RecoverySession(nothing, {
      ...this.#parts,
      steps,
      planned: plan.replicas,
      needed: this.#needed,
      records: feed.sentAfter(checkpoints.epoch),
      distrusted: new Set(),
    });
    return session.rollBack();
  }

  #resolutionAt(steps: number): ResolutionParts {
    const { recorder, vmm, plan } = this.#parts;
    return {
      ...this.#parts,
      steps,
      planned: plan.replicas,
      needed: this.#needed,
      onDemoted: (demoted) => {
        recorder?.demoted(demoted.epoch);
        vmm.hooks.checkpointDemoted.call(demoted);
      },
    };
  }

  /** Looks at the cores of those that were wrong, once the run could go on. */
  async #examine(
    { steps }: DivergenceFound,
    divergence: Divergence,
    { outcome, replay, suspects, confirmed }: Resolution,
  ): Promise<Examined> {
    if (outcome.kind !== "recovered") return { diagnoses: [] };
    const { replicas, checkpoints, feed, plan } = this.#parts;
    const records = feed.sentAfter(checkpoints.epoch);
    const parts = { ...this.#parts, records, steps };
    return this.#blamed.examine({
      ...parts,
      epoch: divergence.epoch,
      blamed: [...outcome.blamed, ...(outcome.suspected ?? [])],
      suspects,
      confirmed,
      // A replay that those who go on agreed with.
      isStretchSound: replay !== undefined && replicas.alive.length > 1,
      addReplica: async (engine) => {
        const needed = this.#needed;
        const rest = { planned: plan.replicas, needed, distrusted: new Set<number>() };
        const session = new RecoverySession(divergence, { ...parts, ...rest });
        return (await session.addReplica(engine)) === "added";
      },
    });
  }

  async #captureIncident(divergence: Divergence): Promise<OpenIncident | undefined> {
    const { incidents, replicas, checkpoints, feed, log } = this.#parts;
    if (incidents === undefined) return undefined;
    const { all, alive } = replicas;
    // Where states differ, everybody stands still at the boundary in question.
    const states = divergence.signal === "state" ? await replicas.saveStates(alive) : [];
    const { epoch, steps, state } = checkpoints;
    return incidents.capture({
      divergence,
      replicas: all.map((handle) => ({
        replica: handle.replica,
        core: replicas.cores.coreOf(handle.replica) ?? -1,
        ballot: handle.ballot(divergence.epoch),
        crash: handle.crash,
        state: states[alive.indexOf(handle)],
      })),
      checkpoint: { epoch, steps, state },
      records: feed.sentAfter(epoch),
      agreed: log.agreedAfter(epoch),
    });
  }

  #bounded({ epoch }: Divergence, resolution: Resolution): Resolution {
    const { outcome } = resolution;
    if (outcome.kind === "stopped" || ++this.state.inARow < MAX_IN_A_ROW) return resolution;
    const why = `epoch ${epoch} diverged ${MAX_IN_A_ROW} times in a row, recovery by ${outcome.by} does not help`;
    return { ...resolution, outcome: { kind: "stopped", why } };
  }
}
