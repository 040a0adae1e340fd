// Freezes the records of epochs and sends them to the replicas. The two are apart: what enters which epoch depends on
// agreed history only, while sending is held back when the replicas have to stop at a boundary (a checkpoint).
//
// An epoch's record is frozen exactly when the epoch `runAheadEpochs` before it was agreed on; so a batch run repeats
// bit for bit whatever the host's timing and whenever checkpoints are taken.
import type { EpochRecord } from "../api/epoch.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { DeviceHost } from "../boundary/device-host.ts";
import type { IntegrityWatch } from "../integrity/integrity-watch.ts";
import type { EpochLog } from "./epoch-log.ts";
import { decidePace, type PaceDecision } from "./idle-pace.ts";
import type { OutputCommit } from "./output-commit.ts";
import type { ReplicaSet } from "./replica-set.ts";
import { RunPosition, type Boundary, type PositionState } from "./run-position.ts";

export interface EpochFeedParts {
  readonly plan: Pick<ReplicationPlan, "epochSteps" | "runAheadEpochs">;
  readonly log: EpochLog;
  readonly commit: Pick<OutputCommit, "hasInputs" | "inputs" | "isInteractive" | "takeInputs">;
  /** Device models below the replicas, which inputs reach first; undefined where replicas have their own. */
  readonly host?: DeviceHost | undefined;
  readonly replicas: Pick<ReplicaSet, "grant">;
  /** Undefined where inputs are taken for what they are. */
  readonly watch?: IntegrityWatch | undefined;
  /** Last epochs that were frozen and sent, kept with the rest of where the run stands. */
  readonly position?: Pick<RunPosition, "live" | "seal">;
}

export class EpochFeed {
  readonly #parts: EpochFeedParts;
  readonly #startMs: number = performance.now();
  readonly #position: Pick<RunPosition, "live" | "seal">;

  constructor(parts: EpochFeedParts) {
    this.#parts = parts;
    this.#position = parts.position ?? new RunPosition(undefined);
  }

  /** Last epoch that the replicas have the record of; those behind it are held back. */
  get sent(): number {
    return this.#position.live.sent;
  }

  /** Records after an epoch that the replicas have, oldest first: what a replay from there consists of. */
  sentAfter(epoch: number): readonly EpochRecord[] {
    const { log } = this.#parts;
    return log.toReplay(epoch).filter((record) => record.epoch <= this.#position.live.sent);
  }

  /**
   * Freezes the records of all epochs whose turn it is.
   * @param agreed the latest agreed ballot
   * @returns why the next one has to wait, or undefined when the window is full
   * @throws MemoryDiffers where a device below reads what the replicas do not agree on; nothing is frozen then
   */
  freeze(agreed: Boundary | undefined): Exclude<PaceDecision, { kind: "go" }> | undefined {
    const { plan, log, commit, host, watch } = this.#parts;
    const agreedEpoch = agreed?.epoch ?? -1;
    while (this.#position.live.frozen < agreedEpoch + plan.runAheadEpochs) {
      const decision = decidePace({
        agreed,
        inFlight: log.after(agreedEpoch),
        hasInputs: commit.hasInputs || host?.hasReply === true,
        isInteractive: commit.isInteractive,
        wallMs: performance.now() - this.#startMs,
      });
      if (decision.kind !== "go") return decision;
      const { jumpTicks } = decision;
      const { steps = 0, tick = 0 } = agreed ?? {};
      if (watch !== undefined) commit.inputs.verify(watch);
      const entering = host?.enter(commit.inputs.items, { steps, tick: tick + jumpTicks });
      const inputs = commit.takeInputs();
      const frozen = this.#position.live.frozen + 1;
      log.append({
        epoch: frozen,
        steps: plan.epochSteps,
        jumpTicks,
        inputs: entering ?? inputs,
      });
      this.#position.seal({ frozen });
    }
    return undefined;
  }

  /** Hands every record frozen so far to the live replicas. */
  send(): void {
    this.#position.seal(this.grant());
  }

  /** As `send`. @returns what has to be sealed before anything else is done */
  grant(): Pick<PositionState, "sent"> {
    const { log, replicas } = this.#parts;
    const { sent, frozen } = this.#position.live;
    for (const record of log.toUse(sent)) replicas.grant(record);
    return { sent: frozen };
  }
}
