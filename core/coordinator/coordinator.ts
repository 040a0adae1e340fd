// The replication management layer: freezes inputs, compares ballots, commits outputs, takes checkpoints, and has
// divergences resolved. One loop, driven by reports of replicas and by host input.
import { disputeIn, type MemoryDiffers } from "../boundary/compared-memory.ts";
import type { DeviceHost } from "../boundary/device-host.ts";
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { ManagerProtection } from "../api/manager-protection.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { CheckpointTaken, Vmm } from "../api/vmm.ts";
import { IntegrityBreach, type IntegrityWatch } from "../integrity/integrity-watch.ts";
import { ReleaseGuard, type AgreedClaim } from "../integrity/release-guard.ts";
import { Upkeep } from "../integrity/upkeep.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { BallotWait } from "./ballot-wait.ts";
import { CheckpointStop } from "./checkpoint-stop.ts";
import { CheckpointTaker } from "./checkpoint-taker.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { differenceOf, type NameRegister } from "./compare-ballots.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import { structuresOf } from "./coordinator-structures.ts";
import { EpochConclusion } from "./epoch-conclusion.ts";
import { EpochFeed } from "./epoch-feed.ts";
import { EpochLog } from "./epoch-log.ts";
import type { FrameAccounts } from "./frame-accounts.ts";
import {
  checkNoneIsLost,
  isAbsent,
  judgeDeath,
  judgePrimary,
  judgeTogether,
  type Judgement,
} from "./judge-epoch.ts";
import { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import { LoopRestart } from "./loop-restart.ts";
import type { OutputCommit } from "./output-commit.ts";
import { GatedRelease, RunEnding, unlessEnding } from "./gated-release.ts";
import type { OutputGate } from "./output-gate.ts";
import { DivergenceResolver, type ResolverParts } from "./divergence-resolver.ts";
import { RunPosition } from "./run-position.ts";
import { isGivenUp, type CoreReport, type DivergenceReport, type RunStop } from "./run-report.ts";

export interface CoordinatorParts extends Omit<
  ResolverParts,
  "log" | "feed" | "checkpoints" | "upkeep" | "beforeReplay"
> {
  readonly vmm: Vmm;
  readonly sharing: MemorySharing;
  readonly policy: CheckpointPolicy;
  readonly commit: OutputCommit;
  /** Undefined where nothing but agreement is asked of outputs. */
  readonly gate?: OutputGate | undefined;
  /** Device models below the replicas; undefined where replicas have their own. */
  readonly host?: DeviceHost | undefined;
  readonly faults: CoordinatorFaults;
  readonly signal: ChangeSignal;
  readonly nameRegister: NameRegister;
  /** 0 for none. */
  readonly stepLimit: number;
  readonly accounts: FrameAccounts;
  readonly recorder?: Recorder | undefined;
  readonly protection: ManagerProtection;
  readonly watch: IntegrityWatch;
}

/** Turns of the loop that may come to nothing: each brings a divergence nearer to its end, or a death to light. */
const MAX_TURNS = 1000;
/** Wall milliseconds after which the loop looks again, whether or not anybody woke it. */
const LOOK_MS = 1000;

export class Coordinator {
  readonly log: EpochLog;
  readonly #parts: CoordinatorParts;
  readonly checkpoints: KnownGoodCheckpoints;
  readonly upkeep: Upkeep;
  readonly #feed: EpochFeed;
  readonly #taker: CheckpointTaker;
  readonly #position: RunPosition;
  #stop: RunStop | undefined;
  /** What devices below read in the replicas' memory differs: nothing enters before that is resolved. */
  #dispute: MemoryDiffers | undefined;
  #failure: { readonly error: unknown } | undefined;
  readonly #guard: ReleaseGuard;
  readonly #wait: BallotWait;
  readonly #resolver: DivergenceResolver;
  readonly #restart: LoopRestart;
  readonly #conclusion: EpochConclusion;
  readonly #checkpointStop: CheckpointStop;
  readonly #release: GatedRelease;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    const { protection, watch, replicas, frames } = parts;
    this.log = new EpochLog(protection, watch);
    this.checkpoints = new KnownGoodCheckpoints(
      parts.policy,
      performance.now(),
      protection.recordSeals ? watch : "unwatched",
    );
    const position = new RunPosition(protection.microRestart ? watch : undefined);
    this.#position = position;
    const inputWatch = protection.recordSeals ? watch : undefined;
    this.#feed = new EpochFeed({ ...parts, log: this.log, position, watch: inputWatch });
    const differ = (a: Ballot, b: Ballot): boolean => differenceOf(a, b) !== undefined;
    this.#guard = new ReleaseGuard(protection, watch, differ);
    const { log, checkpoints } = this;
    this.#release = new GatedRelease(parts, {
      isEnding: () => this.#stop !== undefined || this.#failure !== undefined,
      stop: (stop) => (this.#stop ??= stop),
    });
    const upkeep = new Upkeep({
      protection,
      watch,
      frames,
      log,
      checkpoints,
      giveUp: (replica, why) =>
        replicas.all.find((handle) => handle.replica === replica)?.declareDamaged(why),
    });
    this.upkeep = upkeep;
    this.#taker = new CheckpointTaker({ ...parts, log, checkpoints, position, upkeep });
    this.#resolver = new DivergenceResolver({
      ...parts,
      beforeReplay: () => this.#release.beforeReplay(),
      log: this.log,
      feed: this.#feed,
      checkpoints: this.checkpoints,
      upkeep,
    });
    this.#wait = new BallotWait(parts.replicas, parts.plan.watchdogMs, parts.signal);
    const taker = this.#taker;
    const [guard, release] = [this.#guard, this.#release];
    const own = { log, checkpoints, position, taker, upkeep, guard, release };
    this.#conclusion = new EpochConclusion({ ...parts, ...own });
    this.#restart = new LoopRestart({
      ...parts,
      position,
      needed: parts.plan.release === "primary" ? 1 : parts.plan.replicas,
      resolver: this.#resolver,
      upkeep,
      taker,
      wait: this.#wait,
      isOn: protection.microRestart,
    });
    const [wait, resolver] = [this.#wait, this.#resolver];
    this.#checkpointStop = new CheckpointStop({ ...parts, ...own, wait, feed: this.#feed });
    parts.faults.expose(structuresOf({ ...parts, ...own, wait, resolver }));
  }

  get steps(): number {
    return this.#position.live.steps;
  }

  get epochs(): number {
    return this.#agreedEpoch + 1;
  }

  get lastCheckpoint(): CheckpointTaken | undefined {
    return this.#taker.last;
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

  get cores(): readonly CoreReport[] {
    return this.#resolver.cores;
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

  /** A breach of the coordinator's own integrity ends the run: nothing more leaves. */
  async run(): Promise<RunStop> {
    try {
      return await this.#run();
    } catch (error) {
      if (error instanceof RunEnding) {
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#stop !== undefined) return this.#stop;
      }
      if (!(error instanceof IntegrityBreach)) throw error;
      return { reason: "diverged", exitCode: 0, detail: error.message };
    }
  }

  async #run(): Promise<RunStop> {
    const { replicas, plan, commit, vmm } = this.#parts;
    for (let count = 0; count < plan.replicas; count++) replicas.spawn();
    commit.start();
    vmm.hooks.started.call();
    for (;;) {
      try {
        return await this.#loop();
      } catch (error) {
        if (error === this.#failure?.error) throw error;
        await this.#restart.after(error);
      }
    }
  }

  async #loop(): Promise<RunStop> {
    // An epoch may have been agreed on and not be done with.
    await this.#conclude();
    let turns = 0;
    while (this.#stop === undefined) {
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#position.verify();
      const { epoch } = this.#position.live;
      const isSettled = await this.#settle();
      turns = isSettled && this.#position.live.epoch === epoch ? turns + 1 : 0;
      if (turns > MAX_TURNS) throw new Error(`nothing comes of epoch ${epoch + 1}`);
      if (isSettled) continue;
      const waitMs = this.#advance();
      if (this.#stop !== undefined) break;
      await this.#parts.signal.wait(Math.min(waitMs, this.#wait.remainingMs(), LOOK_MS));
    }
    // What is held back goes out: the state that a run ends in must not depend on when checkpoints were due.
    this.#feed.send();
    const detail = await this.#taker.finish(this.steps);
    if (detail !== undefined && !isGivenUp(this.#stop)) await this.#statesDiffer(detail);
    return this.#stop;
  }

  /** After the run: what its replicas ended in differs. @returns whether that was resolved */
  async resolveFinalState(detail: string): Promise<boolean> {
    const { steps } = this;
    const found = { epoch: this.#agreedEpoch, signal: "state", detail, absent: [], steps } as const;
    return (await unlessEnding(this.#resolver.resolve(found))) === undefined;
  }

  get #agreedEpoch(): number {
    return this.#position.live.epoch;
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
    if (this.#dispute !== undefined) {
      const { message } = this.#dispute;
      this.#dispute = undefined;
      await this.#statesDiffer(message);
      return true;
    }
    if (epoch > this.#feed.sent) return this.#checkpointIfDrained();
    const early = await this.#checkpointStop.completeEarly(epoch);
    if (early === "completed") this.#resolver.progressed();
    if (early !== "not-now") return early === "completed";
    faults.visit("judging", this.steps);
    const judgement =
      plan.release === "primary"
        ? judgePrimary(replicas.all, epoch, plan.backupLagEpochs ?? 0)
        : judgeTogether(replicas.all, epoch, check, nameRegister);
    if (judgement.kind === "open") {
      checkNoneIsLost(judgement.missing, judgement.needed, epoch);
      await this.#wait.watch(judgement.needed, judgement.missing);
      return false;
    }
    this.#wait.end();
    faults.visit("judged", this.steps, { verdict: judgement });
    if (judgement.kind === "diverged") await this.#diverge(epoch, judgement);
    else {
      const claim = this.#guard.admit(judgement, epoch);
      // Judged again.
      if (claim === undefined) return true;
      const dispute = disputeIn(() => this.#parts.host?.exchange(claim.ballot));
      if (dispute === undefined) await this.#agree(claim, epoch);
      else await this.#statesDiffer(dispute.message, epoch);
    }
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
    const isEverybody = this.#position.live.isDraining && epoch > this.#feed.sent;
    return release === "primary" && index > 0 && !isEverybody ? epoch - backupLagEpochs : epoch;
  }

  async #agree(claim: AgreedClaim, epoch: number): Promise<void> {
    const { replicas, plan } = this.#parts;
    this.#resolver.progressed();
    this.#restart.progressed();
    const isCompared = plan.release !== "primary" && replicas.all.length > 1;
    this.#conclusion.agree(claim, epoch, isCompared);
    await this.#conclude();
  }

  async #conclude(): Promise<void> {
    const stop = await this.#conclusion.conclude();
    this.#stop ??= stop;
  }

  /** Freezes epochs as far as the window allows, and sends them if none are held back. @returns wall milliseconds to wait at most. */
  #advance(): number {
    if (this.#stop !== undefined) return Infinity;
    const position = this.#position;
    position.verify();
    let obstacle: ReturnType<EpochFeed["freeze"]>;
    this.#dispute = disputeIn(() => {
      obstacle = this.#feed.freeze(position.agreed);
    });
    if (this.#dispute !== undefined) this.#parts.signal.notify();
    this.#parts.faults.visit("granting", this.steps);
    position.verify();
    if (!position.live.isDraining) this.#feed.send();
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
    const result = await this.#checkpointStop.take();
    if (result === undefined) return false;
    if (result.kind === "differs") await this.#statesDiffer(result.detail);
    if (result.kind === "taken") this.#resolver.progressed();
    if (result.kind === "taken" || result.kind === "begun") this.#advance();
    return true;
  }

  #statesDiffer(detail: string, epoch = this.#agreedEpoch): Promise<void> {
    return this.#diverge(epoch, { kind: "diverged", signal: "state", detail });
  }

  async #diverge(
    epoch: number,
    found: Judgement & { kind: "diverged" },
    dead: readonly ReplicaHandle[] = [],
  ): Promise<void> {
    this.#wait.end();
    if (this.#taker.hasBegun) {
      this.#position.seal({ isDraining: false });
      await this.#taker.settle();
    }
    this.#position.seal({ isRecovering: true });
    this.#parts.faults.visit("diverged", this.steps);
    this.#position.verify();
    const absent = dead.map(({ replica }) => replica);
    const { steps } = this;
    const stop = await unlessEnding(this.#resolver.resolve({ ...found, epoch, absent, steps }));
    if (stop !== undefined && stop !== "ending") this.#stop = stop;
    this.#parts.faults.visit("recovered", this.steps);
    this.#position.seal({ isRecovering: false });
    this.#taker.resumed();
  }
}
