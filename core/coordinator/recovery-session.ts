// The mechanisms behind recovery strategies, for one divergence: replay from the known-good checkpoint, votes,
// comparison in full, replacement. Committed outputs are never repeated; a replay that contradicts them loses.
import type { EpochRecord } from "../api/epoch.ts";
import type { Engine } from "../api/processor.ts";
import type { Divergence, RecoveryMechanism, WitnessResult } from "../api/recovery-strategy.ts";
import type { Verdict, Vote, VotingPolicy } from "../api/voting-policy.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { groupBallots, type Claim } from "./compare-ballots.ts";
import { compareStates, type ComparisonParts, type StateComparison } from "./compare-states.ts";
import type { CoordinatorFaults } from "./coordinator-faults.ts";
import { digestBallot, type EpochLog } from "./epoch-log.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";

export interface RecoveryParts extends ComparisonParts {
  readonly frames: FrameSharing;
  readonly log: EpochLog;
  /** What the replicas were sent since the newest checkpoint, oldest first. */
  readonly records: readonly EpochRecord[];
  readonly checkpoints: KnownGoodCheckpoints;
  readonly voting: VotingPolicy;
  /** Steps of the last boundary that was agreed on. */
  readonly steps: number;
  /** Replicas the configured replication keeps running. */
  readonly planned: number;
  /** Called before each replay: when it resolves, there is a core for another replica. */
  readonly beforeReplay?: () => Promise<void>;
  /** Replicas without which a run does not go on. */
  readonly needed: number;
  /** Replicas that contradict what was agreed on, live or not: they count as absent. The session adds to them. */
  readonly distrusted: Set<number>;
  /** Faults of the coordinator strike here as well. */
  readonly faults?: Pick<CoordinatorFaults, "visit"> | undefined;
}

const UNDECIDED: Verdict = { kind: "undecided" };

export class RecoverySession implements RecoveryMechanism {
  readonly #divergence: Divergence;
  readonly #parts: RecoveryParts;

  #lastFailure: string | undefined;
  #replayedSteps: number | undefined;
  /** A witness that contradicts nothing differs in full from who agreed with it: its checkpoint may be wrong. */
  #isCheckpointDoubted = false;

  constructor(divergence: Divergence, parts: RecoveryParts) {
    this.#divergence = divergence;
    this.#parts = parts;
  }

  /** Cores of replicas that were executed again and still did not agree. */
  readonly #suspects = new Set<number>();

  get suspects(): readonly number[] {
    return [...this.#suspects];
  }

  /** Cores of replicas that were outvoted. */
  readonly #outvoted = new Set<number>();
  #lack: string | undefined;
  #witnesses = 0;
  /** What witnesses of no use claimed. */
  readonly #claims = new Set<string>();
  /** The last vote was of one engine alone against the other one: nobody in particular was of no use. */
  #isParty = false;

  get hasFreeCore(): boolean {
    return this.#freeCores.length > 0;
  }

  /** What there was no core for, for people; undefined where there was one for everything. */
  get lack(): string | undefined {
    return this.#lack;
  }

  /** Where one was outvoted and the next one was of no use, there is no third attempt. */
  get #freeCores(): readonly number[] {
    return this.#parts.replicas.cores.free.filter(
      (core) => !this.#outvoted.has(core) || !this.#suspects.has(core),
    );
  }

  /** Why the last replay was of no use, for people: "replica 4: the worker ended with code 1". */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** Steps of the last replay, as far as it got; undefined when there was none. */
  get replayedSteps(): number | undefined {
    return this.#replayedSteps;
  }

  /** Replicas that executed the stretch again, agreed with another one in full, and go on. */
  readonly #confirmed: number[] = [];

  get confirmed(): readonly number[] {
    return this.#confirmed;
  }

  async vote(): Promise<Verdict> {
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    // Who was given up in an attempt from a newer checkpoint is missing still.
    const { replicas: claimants, absent } = this.#divergence;
    const live = replicas.numbers;
    const verdict = await this.#vote(
      [...claimants, ...absent].filter((replica) => !live.includes(replica)),
    );
    for (const loser of verdict.kind === "outvoted" ? verdict.losers : []) {
      const core = replicas.cores.coreOf(loser);
      if (core !== undefined) this.#outvoted.add(core);
    }
    return verdict;
  }

  async runWitness(): Promise<WitnessResult> {
    const { replicas } = this.#parts;
    const survivors = replicas.alive;
    await replicas.quiesce(survivors);
    await this.#parts.beforeReplay?.();
    if (!this.hasFreeCore) {
      this.#lacksCores("a witness");
      return { replica: -1, verdict: UNDECIDED };
    }
    // Of the engine that lost one, as long as it is not clear which one that is: then each in its turn.
    const { engines } = replicas;
    const order = engines.rarest(replicas.alive.map(({ replica }) => replica));
    const witness = await this.#replay(order[this.#witnesses++ % order.length]);
    const { replica } = witness;
    const verdict = await this.#voteWith(witness);
    const isUseless =
      verdict.kind === "undecided" ||
      (verdict.kind === "outvoted" && verdict.losers.includes(replica));
    if (!isUseless || this.#isParty) return { replica, verdict };
    this.#suspect([witness]);
    const claim = this.#claimOf(witness);
    const isRepeated = claim !== undefined && this.#claims.has(claim);
    if (claim !== undefined) this.#claims.add(claim);
    return { replica, verdict, ...(isRepeated && { isRepeated }) };
  }

  /** Where ballots were compared, and it contradicts nothing that was agreed on. */
  #claimOf(witness: ReplicaHandle): string | undefined {
    const { signal, epoch } = this.#divergence;
    const ballot = witness.ballot(epoch);
    if (signal === "state" || ballot === undefined) return undefined;
    return this.#isTrustworthy(witness) ? digestBallot(ballot) : undefined;
  }

  async replace(losers: readonly number[], witness: number): Promise<boolean> {
    const { replicas } = this.#parts;
    const heirs = replicas.alive.filter((handle) => !losers.includes(handle.replica));
    // The witness must have an independent execution to agree with.
    if (heirs.length < 2 || !heirs.some((handle) => handle.replica === witness)) return false;
    const comparison = await this.#compare(heirs);
    if (comparison.absent.length > 0) return false;
    if (comparison.groups.length !== 1) {
      this.#lastFailure = `replica ${witness} differs from who agreed with it: ${comparison.detail}`;
      this.#isCheckpointDoubted = true;
      this.#suspect(heirs.filter((handle) => handle.replica === witness));
      return false;
    }
    for (const loser of replicas.numbers) {
      if (!heirs.some((handle) => handle.replica === loser)) await replicas.discard(loser);
    }
    this.#confirmed.push(witness);
    return true;
  }

  async repair(losers: readonly number[]): Promise<number | undefined> {
    const { replicas, memories } = this.#parts;
    const patients = replicas.alive.filter(({ replica }) => losers.includes(replica));
    const winners = replicas.alive.filter(({ replica }) => !losers.includes(replica));
    const [winner] = winners;
    // Another's state is taken over only where two independent executions vouch for it.
    if (winner === undefined || winners.length < 2 || patients.length < losers.length) {
      return undefined;
    }
    const { groups, absent, state } = await this.#compare(winners);
    if (absent.length > 0 || groups.length !== 1 || state === undefined) return undefined;
    if (!this.#haveClaimedTheSame(winners)) return undefined;
    const among = [...winners, ...patients].map(({ replica }) => replica);
    let copied = 0;
    for (const patient of patients) {
      copied += (await memories.repair(winner.replica, patient.replica, among)) ?? 0;
      patient.adopt(winner, state);
    }
    const result = await this.#compare([...winners, ...patients]);
    if (result.absent.length === 0 && result.groups.length === 1) return copied;
    for (const { replica } of patients) await this.discard(replica);
    return undefined;
  }

  /** In all epochs that are not agreed on yet: a repaired replica takes these claims over. */
  #haveClaimedTheSame(handles: readonly ReplicaHandle[]): boolean {
    const { records, log, check } = this.#parts;
    return records.every(({ epoch }) => {
      if (log.isAgreed(epoch)) return true;
      const claims: Claim[] = handles.flatMap((handle) => {
        const ballot = handle.ballot(epoch);
        return ballot === undefined ? [] : [{ replica: handle.replica, ballot }];
      });
      return claims.length === handles.length && groupBallots(claims, check).length === 1;
    });
  }

  async discard(replica: number): Promise<void> {
    await this.#parts.replicas.discard(replica);
  }

  async addReplica(engine?: Engine): Promise<"added" | "died" | "contradicted"> {
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    await this.#parts.beforeReplay?.();
    if (!this.hasFreeCore) {
      this.#lacksCores("another replica");
      return "died";
    }
    const fresh = await this.#replay(engine);
    if (this.#isTrustworthy(fresh)) {
      const { groups } = await this.#compare(replicas.alive);
      // Others may have died meanwhile: then it is the one that goes on.
      if (fresh.crash === undefined && groups.length === 1) return "added";
      this.#lastFailure = `replica ${fresh.replica}: ${fresh.crash ?? "its state differs"}`;
    }
    this.#suspect([fresh]);
    await this.discard(fresh.replica);
    return fresh.crash === undefined ? "contradicted" : "died";
  }

  async rollBack(): Promise<boolean> {
    const { replicas, planned, needed, checkpoints, frames, distrusted } = this.#parts;
    const healthy = replicas.cores.healthy.length;
    if (healthy < needed) {
      this.#lacksCores(`${needed} replicas`);
      return false;
    }
    checkpoints.keepAtMost(frames.generationCount);
    // Whoever could still testify against this checkpoint would be gone, and an older one can be asked.
    if (this.#isCheckpointDoubted && checkpoints.count > 1) return false;
    // They go to the boundary first: which faults of cores they have met is the same then on every host.
    await replicas.quiesce(replicas.alive);
    await replicas.discardAll();
    const fresh = await this.#replaySideBySide(Math.min(planned, healthy));
    const wrong = fresh.filter((handle) => !this.#isTrustworthy(handle));
    for (const { replica } of wrong) distrusted.add(replica);
    if (wrong.length > 0) {
      this.#suspect(wrong);
      return false;
    }
    // A single machine has nobody to agree with; its committed outputs are the only witnesses.
    const comparison = await this.#compare(fresh);
    if (comparison.absent.length === 0 && comparison.groups.length === 1) {
      if (fresh.length > 1) this.#confirmed.push(...fresh.map(({ replica }) => replica));
      return true;
    }
    this.#suspect(fresh);
    return false;
  }

  /** The next attempt is made on other cores, where there are some. */
  #suspect(handles: readonly ReplicaHandle[]): void {
    const { cores } = this.#parts.replicas;
    for (const { replica } of handles) {
      const core = cores.coreOf(replica) ?? -1;
      cores.suspect(core);
      this.#suspects.add(core);
    }
  }

  #lacksCores(forWhat: string): void {
    const { retired, count } = this.#parts.replicas.cores;
    const why =
      retired.length === 0
        ? `there are ${count}`
        : `of ${count}, ${retired.join(", ")} ${retired.length === 1 ? "is" : "are"} retired`;
    this.#lack = `no healthy core was free for ${forWhat}: ${why}`;
  }

  /** A new replica, brought from the checkpoint to the last boundary that was sent. */
  async #replay(engine?: Engine): Promise<ReplicaHandle> {
    for (;;) {
      const handle = await this.#beginReplay(engine);
      await this.#parts.replicas.quiesce([handle]);
      this.#replayed(handle);
      if (!handle.isCutOff) return handle;
      // What the network does to a replay is no sign of its being wrong.
      await this.discard(handle.replica);
    }
  }

  /** As many at the same time, each on a core of its own; in order of their numbers. */
  async #replaySideBySide(count: number): Promise<readonly ReplicaHandle[]> {
    const begun: ReplicaHandle[] = [];
    while (begun.length < count) begun.push(await this.#beginReplay());
    await this.#parts.replicas.quiesce(begun);
    for (const handle of begun) this.#replayed(handle);
    const lost = new Set(begun.filter(({ isCutOff }) => isCutOff));
    for (const { replica } of lost) await this.discard(replica);
    const heard = begun.filter((handle) => !lost.has(handle));
    while (heard.length < count) heard.push(await this.#replay());
    return heard;
  }

  async #beginReplay(engine?: Engine): Promise<ReplicaHandle> {
    const { replicas, records, checkpoints, beforeReplay } = this.#parts;
    await beforeReplay?.();
    const handle = replicas.spawn(checkpoints, { core: this.#freeCores[0], engine });
    for (const record of records) handle.grant(record);
    return handle;
  }

  #replayed(handle: ReplicaHandle): void {
    const { checkpoints } = this.#parts;
    const reached = handle.ballot(handle.lastBallot)?.steps ?? checkpoints.steps;
    this.#replayedSteps = reached - checkpoints.steps;
  }

  /** It replayed everything, and nothing of it contradicts what was agreed on before. */
  #isTrustworthy(handle: ReplicaHandle): boolean {
    const { log, records } = this.#parts;
    const { replica, crash } = handle;
    const wrong = records.find(({ epoch }) => {
      const claim = handle.ballot(epoch);
      return claim === undefined || log.contradicts(claim);
    });
    if (crash !== undefined) this.#lastFailure = `replica ${replica}: ${crash}`;
    else if (wrong !== undefined) {
      this.#lastFailure = `replica ${replica} differs from what was agreed on in epoch ${wrong.epoch}`;
    }
    return crash === undefined && wrong === undefined;
  }

  async #voteWith(witness: ReplicaHandle): Promise<Verdict> {
    return this.#isTrustworthy(witness) ? this.#vote() : UNDECIDED;
  }

  /** The live replicas, which stand still, have a say, and the dead count as absent. @param gone count as absent, too */
  async #vote(gone: readonly number[] = []): Promise<Verdict> {
    const { replicas, records, check, distrusted } = this.#parts;
    const voters = replicas.alive.filter(({ replica }) => !distrusted.has(replica));
    const absent = [...new Set([...this.#absent, ...gone])];
    const { epoch, signal } = this.#divergence;
    // Without ballots to compare (a crash between epochs), states are compared at the last boundary.
    if (signal === "state" || epoch > (records.at(-1)?.epoch ?? -1)) {
      const { groups } = await this.#compare(voters);
      return this.#decide({ groups, absent });
    }
    const claims: Claim[] = voters.flatMap((handle) => {
      const ballot = handle.ballot(epoch);
      return ballot === undefined ? [] : [{ replica: handle.replica, ballot }];
    });
    return this.#decide({ groups: groupBallots(claims, check), absent });
  }

  #decide(vote: Vote): Verdict {
    const { faults, steps, voting, check, replicas } = this.#parts;
    const copy = structuredClone(vote);
    const passing = { vote: voting.decide(vote) };
    faults?.visit("voted", steps, passing);
    const verdict = check.confirm(passing.vote, () => voting.decide(copy));
    const party = replicas.engines.partyOf(verdict);
    this.#isParty = party !== undefined;
    if (party === undefined) return verdict;
    this.#lastFailure = `only ${party} replicas agree with each other`;
    return UNDECIDED;
  }

  get #absent(): number[] {
    const { replicas, distrusted } = this.#parts;
    const dead = replicas.all.filter(({ crash }) => crash !== undefined);
    return [...new Set([...dead.map(({ replica }) => replica), ...distrusted])];
  }

  #compare(handles: readonly ReplicaHandle[]): Promise<StateComparison> {
    return compareStates(handles, this.#parts.steps, this.#parts, "apart");
  }
}
