// What is done about an epoch that was agreed on: its outputs leave, whoever listens is told, and the checkpoint policy is
// asked; each once, also where the coordinator's loop fails in between and goes on from sealed state.
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { Ballot, Output } from "../api/epoch.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { Vmm } from "../api/vmm.ts";
import type { DeviceHost } from "../boundary/device-host.ts";
import { encodeVerdict } from "../integrity/encoded-verdict.ts";
import type { AgreedClaim, ReleaseGuard } from "../integrity/release-guard.ts";
import type { Upkeep } from "../integrity/upkeep.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { CheckpointTaker } from "./checkpoint-taker.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import type { GatedRelease } from "./gated-release.ts";
import type { ReplicaSet } from "./replica-set.ts";
import { STAGE, type RunPosition } from "./run-position.ts";
import type { RunStop } from "./run-report.ts";

export interface ConclusionParts {
  readonly vmm: Vmm;
  readonly plan: ReplicationPlan;
  readonly replicas: ReplicaSet;
  readonly frames: FrameSharing;
  readonly sharing: MemorySharing;
  readonly policy: CheckpointPolicy;
  readonly release: Pick<GatedRelease, "opened" | "release">;
  readonly host?: DeviceHost | undefined;
  readonly faults: CoordinatorFaults;
  /** 0 for none. */
  readonly stepLimit: number;
  readonly recorder?: Recorder | undefined;
  readonly log: EpochLog;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly taker: CheckpointTaker;
  readonly position: RunPosition;
  readonly upkeep: Pick<Upkeep, "epochAgreed" | "isSound">;
  readonly guard: Pick<ReleaseGuard, "release">;
}

/** Agreed on, and not done with. */
interface OpenEpoch {
  readonly claim: AgreedClaim;
  readonly epoch: number;
  readonly outputs: readonly Output[];
}

export class EpochConclusion {
  readonly #parts: ConclusionParts;
  #open: OpenEpoch | undefined;

  constructor(parts: ConclusionParts) {
    this.#parts = parts;
  }

  /** @param isCompared more than one replica claimed it */
  agree(claim: AgreedClaim, epoch: number, isCompared: boolean): void {
    const { position, log, host } = this.#parts;
    const { ballot, copy } = claim;
    position.verify();
    log.agree(ballot, isCompared, copy);
    this.#open = { claim, epoch, outputs: host?.takeOutputs() ?? ballot.outputs };
    const { steps, isIdle, tick, nextAlarmTick } = ballot;
    position.seal({ epoch, steps, isIdle, tick, nextAlarmTick, stage: STAGE.agreed });
  }

  /** Does what is left to do. @returns how the run ends, if it ends there */
  async conclude(): Promise<RunStop | undefined> {
    const { position, faults, replicas, plan, taker, stepLimit } = this.#parts;
    if (position.live.stage === STAGE.concluded) return undefined;
    const open = this.#openEpoch();
    const { claim, epoch, outputs } = open;
    const { ballot } = claim;
    faults.visit("releasing", ballot.steps, { outputs });
    // The run ends before they may leave.
    if (!(await this.#release(open))) return undefined;
    const { hasBegun } = taker;
    const isDue = await this.#isCheckpointDue(ballot, outputs);
    for (const handle of replicas.all) handle.forget(epoch);
    this.#open = undefined;
    const isNew = isDue && !hasBegun;
    const { sent } = position.live;
    // Backups are too far behind to be waited for.
    const mayHold =
      isNew && plan.release !== "primary" && sent > epoch && ballot.stop === undefined;
    const isAhead = mayHold && taker.holdAhead(sent, ballot);
    const isDraining = position.live.isDraining || (isDue && !isAhead);
    position.seal({ stage: STAGE.concluded, isDraining });
    // HOT: asked for ahead, states are there when the replicas stand still (bench: checkpoint pause).
    if (isNew && !isAhead) for (const handle of replicas.all) void handle.saveState();
    if (ballot.stop !== undefined) return ballot.stop;
    const isOver = stepLimit > 0 && ballot.steps >= stepLimit;
    return isOver ? { reason: "step-limit", exitCode: 0 } : undefined;
  }

  /** @returns false when the run ends before all outputs could leave */
  async #release({ claim, epoch, outputs }: OpenEpoch): Promise<boolean> {
    const { position, log, replicas, plan, release, host, guard, vmm, recorder } = this.#parts;
    const { ballot } = claim;
    const { steps, isIdle } = ballot;
    // Before the last look at them: it may take long.
    if (outputs.length > 0 && !(await release.opened())) return false;
    const verify = (): readonly Output[] => {
      // By the stage they leave, or count as having left.
      position.verify();
      // What comes from devices below has checksums of its own.
      return host === undefined ? guard.release(outputs, claim, epoch) : outputs;
    };
    const released = verify();
    if (position.live.stage === STAGE.agreed) {
      const isCompared = plan.release !== "primary" && replicas.all.length > 1;
      const [record] = recorder === undefined ? [] : log.toUse(epoch - 1);
      if (record !== undefined) recorder?.agreed(record, ballot, isCompared);
      if (!(await release.release(epoch, released, verify))) return false;
      position.seal({ stage: STAGE.released });
    }
    if (position.live.stage === STAGE.released) {
      if (released.length > 0) vmm.hooks.outputCommitted.call(epoch, released);
      vmm.hooks.epochVerified.call({ epoch, steps, isIdle, outputs: outputs.length });
      position.seal({ stage: STAGE.told });
    }
    return true;
  }

  /** Whether the replicas have to stop for one that is asked for or, where one is begun, for its end. */
  async #isCheckpointDue(ballot: Ballot, outputs: readonly Output[]): Promise<boolean> {
    const { log, position, sharing, frames, host, checkpoints, policy, faults, taker, upkeep } =
      this.#parts;
    sharing.scan?.(frames);
    upkeep.epochAgreed();
    const isCutShort = host !== undefined && ballot.outputs.length > 0;
    const ofGuest = { ...ballot, outputs };
    const progress = checkpoints.advance(ofGuest, performance.now(), isCutShort);
    const answer = { isDue: policy.shouldCheckpoint(progress) || log.isLong };
    faults.visit("agreed", ballot.steps, { policy: answer });
    // One that lost a page is replaced at once.
    answer.isDue ||= !upkeep.isSound;
    const { hasBegun } = taker;
    taker.compareSome(log.isLong);
    await taker.adopt(ballot);
    if (hasBegun) return !taker.isComparing;
    return answer.isDue && checkpoints.hasRoom && !position.live.isDraining;
  }

  /** Where it is lost, from a replica that claims just what was agreed on. */
  #openEpoch(): OpenEpoch {
    const { position, replicas, log, host } = this.#parts;
    const { epoch } = position.live;
    if (this.#open?.epoch === epoch) return this.#open;
    const ballots = replicas.all.map((handle) => handle.ballot(epoch));
    const ballot = ballots.find((one) => one !== undefined && !log.contradicts(one));
    // What devices below emitted is not in any ballot.
    if (ballot === undefined || host !== undefined) {
      throw new Error(`nobody has the outputs of epoch ${epoch} any more`);
    }
    const verdict = encodeVerdict(epoch, "agreed", "agreed");
    return { claim: { ballot, verdict }, epoch, outputs: ballot.outputs };
  }
}
