// The replication management layer: freezes inputs, compares ballots, commits outputs, takes checkpoints, and has
// divergences resolved. One loop, driven by reports of replicas and by host input.
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { CheckpointTaken, Vmm } from "../api/vmm.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { BallotWait } from "./ballot-wait.ts";
import type { ChangeSignal } from "./change-signal.ts";
import type { NameRegister } from "./compare-ballots.ts";
import { compareStates } from "./compare-states.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import { structuresOf } from "./coordinator-structures.ts";
import { EpochFeed } from "./epoch-feed.ts";
import { EpochLog } from "./epoch-log.ts";
import type { FrameAccounts } from "./frame-accounts.ts";
import {
  isAbsent,
  judgeDeath,
  judgePrimary,
  judgeTogether,
  type Judgement,
} from "./judge-epoch.ts";
import { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import type { OutputCommit } from "./output-commit.ts";
import type { OutputGate } from "./output-gate.ts";
import { DivergenceResolver, type ResolverParts } from "./divergence-resolver.ts";
import type { DivergenceReport, RunStop } from "./run-report.ts";

export interface CoordinatorParts extends Omit<
  ResolverParts,
  "log" | "feed" | "checkpoints" | "beforeReplay"
> {
  readonly vmm: Vmm;
  readonly sharing: MemorySharing;
  readonly policy: CheckpointPolicy;
  readonly commit: OutputCommit;
  /** Undefined where nothing but agreement is asked of outputs. */
  readonly gate?: OutputGate | undefined;
  readonly faults: CoordinatorFaults;
  readonly signal: ChangeSignal;
  readonly nameRegister: NameRegister;
  /** 0 for none. */
  readonly stepLimit: number;
  readonly accounts: FrameAccounts;
  readonly recorder?: Recorder | undefined;
}

/** The run ends in the middle of a recovery. */
class RunEnding extends Error {}

interface Position {
  agreed: Ballot | undefined;
  /** A checkpoint is due: no more records are sent until all epochs sent are agreed on. */
  isDraining: boolean;
}

export class Coordinator {
  readonly log: EpochLog = new EpochLog();
  lastCheckpoint: CheckpointTaken | undefined;
  readonly #parts: CoordinatorParts;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly #feed: EpochFeed;
  readonly #position: Position = { agreed: undefined, isDraining: false };
  #stop: RunStop | undefined;
  #failure: { readonly error: unknown } | undefined;
  readonly #wait: BallotWait;
  readonly #resolver: DivergenceResolver;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    this.checkpoints = new KnownGoodCheckpoints(parts.policy, performance.now());
    this.#feed = new EpochFeed({ ...parts, log: this.log });
    this.#resolver = new DivergenceResolver({
      ...parts,
      beforeReplay: () => this.#beforeReplay(),
      log: this.log,
      feed: this.#feed,
      checkpoints: this.checkpoints,
    });
    this.#wait = new BallotWait(parts.replicas, parts.plan.watchdogMs, parts.signal);
    parts.faults.expose(
      structuresOf({
        ...parts,
        position: () => this.#position,
        log: this.log,
        feed: this.#feed,
        wait: this.#wait,
        checkpoints: this.checkpoints,
        resolver: this.#resolver,
      }),
    );
  }

  get steps(): number {
    return this.#position.agreed?.steps ?? 0;
  }

  get epochs(): number {
    return this.#agreedEpoch + 1;
  }

  /** Records that replicas were given beyond what was agreed on. */
  get recordsAhead(): readonly EpochRecord[] {
    return this.log.after(this.#agreedEpoch);
  }

  /** Frames of older ones may have been needed since the last one was taken. */
  get checkpointsKept(): number {
    this.checkpoints.keepAtMost(this.#parts.frames.generationCount);
    return this.checkpoints.count;
  }

  get divergences(): readonly DivergenceReport[] {
    return this.#resolver.reports;
  }

  requestStop(): void {
    this.#stop ??= { reason: "user", exitCode: 0 };
    this.#parts.signal.notify();
  }

  /** Ends the run with an error that came up outside its loop. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#parts.signal.notify();
  }

  async run(): Promise<RunStop> {
    const { replicas, plan, commit, vmm } = this.#parts;
    for (let count = 0; count < plan.replicas; count++) replicas.spawn(undefined);
    commit.start();
    vmm.hooks.started.call();
    while (this.#stop === undefined) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (await this.#settle()) continue;
      const waitMs = this.#advance();
      if (this.#stop !== undefined) break;
      await this.#parts.signal.wait(Math.min(waitMs, this.#wait.remainingMs()));
    }
    // What is held back goes out: the state that a run ends in must not depend on when checkpoints were due.
    this.#feed.send();
    return this.#stop;
  }

  get #agreedEpoch(): number {
    return this.#position.agreed?.epoch ?? -1;
  }

  /** Compares the next epoch if everything for it is there. @returns false when there is nothing to do. */
  async #settle(): Promise<boolean> {
    const { replicas, plan, nameRegister, check, faults } = this.#parts;
    const epoch = this.#agreedEpoch + 1;
    const refusal = replicas.all.find((handle) => handle.refusal !== undefined)?.refusal;
    if (refusal !== undefined) throw refusal;
    if (replicas.all.some((handle, index) => isAbsent(handle, this.#needed(epoch, index)))) {
      // DETERMINISM: whoever else dies on the way to the last boundary sent is known before anything is decided.
      await replicas.quiesce(replicas.alive);
      const all = replicas.all.filter((handle) => isAbsent(handle, epoch));
      const from = Math.min(...all.map(({ lastBallot }) => lastBallot + 1));
      await this.#diverge(from, judgeDeath(all), all);
      return true;
    }
    if (replicas.all.length === 0) throw new Error("no replica is left");
    if (epoch > this.#feed.sent) return this.#checkpointIfDrained();
    faults.visit("judging", this.steps);
    const judgement =
      plan.release === "primary"
        ? judgePrimary(replicas.all, epoch, plan.backupLagEpochs ?? 0)
        : judgeTogether(replicas.all, epoch, check, nameRegister);
    if (judgement.kind === "open") {
      await this.#wait.watch(judgement.needed, judgement.missing);
      return false;
    }
    this.#wait.end();
    faults.visit("judged", this.steps, { verdict: judgement });
    if (judgement.kind === "diverged") await this.#diverge(epoch, judgement);
    else await this.#agree(judgement.ballot);
    await this.#parts.recorder?.backlog;
    // One record is frozen per agreed epoch, from what was agreed up to here.
    this.#advance();
    return true;
  }

  /**
   * Epoch that a replica has to have voted on before this one can be agreed on.
   * DETERMINISM: a backup's death counts where it would be waited for, not when news of it arrives.
   */
  #needed(epoch: number, index: number): number {
    const { release, backupLagEpochs = 0 } = this.#parts.plan;
    // For a checkpoint everybody is waited for.
    const isEverybody = this.#position.isDraining && epoch > this.#feed.sent;
    return release === "primary" && index > 0 && !isEverybody ? epoch - backupLagEpochs : epoch;
  }

  async #agree(ballot: Ballot): Promise<void> {
    const { replicas, plan, vmm, policy, stepLimit, faults } = this.#parts;
    this.#position.agreed = ballot;
    this.#resolver.progressed();
    const isCompared = plan.release !== "primary" && replicas.all.length > 1;
    this.log.agree(ballot, isCompared);
    const [record] = this.log.after(ballot.epoch - 1);
    if (record !== undefined) this.#parts.recorder?.agreed(record, ballot, isCompared);
    for (const handle of replicas.all) handle.forget(ballot.epoch);
    faults.visit("releasing", ballot.steps, { outputs: ballot.outputs });
    if (ballot.outputs.length > 0) {
      if (!(await this.#release(ballot.outputs))) return;
      vmm.hooks.outputCommitted.call(ballot.epoch, ballot.outputs);
    }
    const { epoch, steps, isIdle } = ballot;
    vmm.hooks.epochVerified.call({ epoch, steps, isIdle, outputs: ballot.outputs.length });
    this.#parts.sharing.scan?.(this.#parts.frames);
    const answer = {
      isDue: policy.shouldCheckpoint(this.checkpoints.advance(ballot, performance.now())),
    };
    faults.visit("agreed", ballot.steps, { policy: answer });
    if (answer.isDue && this.checkpoints.hasRoom && !this.#position.isDraining) {
      this.#position.isDraining = true;
      // HOT: asked for ahead, states are there when the replicas stand still (bench: checkpoint pause).
      for (const handle of replicas.all) void handle.saveState();
    }
    if (ballot.stop !== undefined) this.#stop = ballot.stop;
    else if (stepLimit > 0 && steps >= stepLimit)
      this.#stop = { reason: "step-limit", exitCode: 0 };
  }

  /** @returns false when the run ends before all are released */
  async #release(outputs: readonly Output[]): Promise<boolean> {
    const { commit, gate } = this.#parts;
    if (gate === undefined) commit.commit(outputs);
    else {
      for (const output of outputs) {
        if (!(await this.#untilOpen(gate))) return false;
        commit.commit([output]);
      }
    }
    return true;
  }

  /** Where replicas are on several hosts: waits until there is one for another replica. @throws RunEnding */
  async #beforeReplay(): Promise<void> {
    const { gate, replicas } = this.#parts;
    if (gate === undefined) return;
    // Nobody comes back to a core that was cut off: it may be used again when it is heard.
    for (const { replica, isCutOff } of replicas.all) if (isCutOff) replicas.cores.leave(replica);
    if (!(await this.#untilOpen(gate, true))) throw new RunEnding();
  }

  /** @param isCoreNeeded a replica is to be started @returns false when the run ends before */
  async #untilOpen(gate: OutputGate, isCoreNeeded = false): Promise<boolean> {
    const { signal, replicas } = this.#parts;
    while (!gate.isOpen || (isCoreNeeded && replicas.cores.free.length === 0)) {
      this.#stop ??= gate.stop;
      if (this.#stop !== undefined || this.#failure !== undefined) return false;
      await signal.wait(gate.nextLookMs);
    }
    return true;
  }

  /** Freezes epochs as far as the window allows, and sends them if none are held back. @returns wall milliseconds to wait at most. */
  #advance(): number {
    if (this.#stop !== undefined) return Infinity;
    const obstacle = this.#feed.freeze(this.#position.agreed);
    this.#parts.faults.visit("granting", this.steps);
    if (!this.#position.isDraining) this.#feed.send();
    if (obstacle?.kind === "wait") return obstacle.ms;
    if (obstacle?.kind === "stuck") {
      this.#stop = {
        reason: "idle-forever",
        exitCode: 0,
        detail: "the guest waits, no timer is armed and no input can come any more",
      };
    }
    return Infinity;
  }

  async #checkpointIfDrained(): Promise<boolean> {
    if (!this.#position.isDraining || this.#position.agreed === undefined) return false;
    const { replicas, frames, memories, sharing, vmm, faults, accounts } = this.#parts;
    // Those behind a primary have to stand where it stands.
    const { sent } = this.#feed;
    const behind = replicas.all.filter(({ lastBallot }) => lastBallot < sent);
    if (behind.length > 0) {
      await this.#wait.watch(sent, behind);
      return false;
    }
    this.#wait.end();
    const startMs = performance.now();
    const comparison = await compareStates(replicas.all, this.#position.agreed.steps, this.#parts);
    const { state } = comparison;
    // The dead are dealt with first.
    if (comparison.absent.length > 0) return true;
    if (comparison.groups.length !== 1 || state === undefined) {
      const { detail } = comparison;
      await this.#diverge(this.#agreedEpoch, { kind: "diverged", signal: "state", detail });
      return true;
    }
    // Who does not deliver what it was compared by is dead, and dealt with first.
    if (!(await memories.obtain(comparison.pages, replicas.numbers))) return true;
    faults.visit("checkpointing", this.steps, { comparison });
    accounts.count();
    const { checkpoints } = this;
    checkpoints.keepAtMost(frames.generationCount);
    if (checkpoints.areOlderKept) frames.beginGeneration();
    sharing.pagesVerified(comparison.pages, replicas.numbers, memories.mechanism);
    for (const handle of replicas.all) memories.checkpointTaken(handle.replica);
    const { epoch, steps } = this.#position.agreed;
    this.#parts.recorder?.checkpointTaken({ epoch, steps, state, pages: comparison.pages });
    faults.checkpointTaken(steps);
    for (const handle of replicas.all) handle.remapped();
    const nowMs = performance.now();
    checkpoints.take(state, this.#position.agreed, nowMs - startMs, nowMs);
    for (let count = frames.generationCount; count > checkpoints.count; count--) {
      frames.dropOldestGeneration();
    }
    // The checkpoint itself may have needed frames of older ones.
    checkpoints.keepAtMost(frames.generationCount);
    this.log.trim(checkpoints.oldestEpoch);
    this.#position.isDraining = false;
    this.#resolver.progressed();
    faults.visit("checkpointed", steps);
    this.lastCheckpoint = {
      epoch: this.#agreedEpoch,
      steps: this.#position.agreed.steps,
      dirtyPages: comparison.pages.length,
      pauseMs: nowMs - startMs,
      generations: checkpoints.count,
      framesByOwner: accounts.checkpointTaken(this.#position.agreed),
    };
    vmm.hooks.checkpointTaken.call(this.lastCheckpoint);
    this.#advance();
    return true;
  }

  async #diverge(
    epoch: number,
    found: Judgement & { kind: "diverged" },
    dead: readonly ReplicaHandle[] = [],
  ): Promise<void> {
    this.#wait.end();
    const { faults } = this.#parts;
    faults.visit("diverged", this.steps);
    const absent = dead.map(({ replica }) => replica);
    try {
      const stop = await this.#resolver.resolve({ ...found, epoch, absent, steps: this.steps });
      if (stop !== undefined) this.#stop = stop;
    } catch (error) {
      if (!(error instanceof RunEnding)) throw error;
    }
    faults.visit("recovered", this.steps);
  }
}
