// The mechanisms behind recovery strategies, for one divergence: replay from the known-good checkpoint, votes,
// comparison in full, replacement. Committed outputs are never repeated; a replay that contradicts them loses.
import type { EpochRecord } from "../api/epoch.ts";
import type { Divergence, RecoveryMechanism } from "../api/recovery-strategy.ts";
import type { Verdict, VotingPolicy } from "../api/voting-policy.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { groupBallots, type Claim } from "./compare-ballots.ts";
import { compareStates, type ComparisonParts, type StateComparison } from "./compare-states.ts";
import type { EpochLog } from "./epoch-log.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";

export interface RecoveryParts extends ComparisonParts {
  readonly log: EpochLog;
  /** What the replicas were sent since the newest checkpoint, oldest first. */
  readonly records: readonly EpochRecord[];
  readonly checkpoints: KnownGoodCheckpoints;
  readonly voting: VotingPolicy;
  /** Steps of the last boundary that was agreed on. */
  readonly steps: number;
  /** Replicas the configured replication keeps running. */
  readonly planned: number;
}

const UNDECIDED: Verdict = { kind: "undecided" };

export class RecoverySession implements RecoveryMechanism {
  readonly #divergence: Divergence;
  readonly #parts: RecoveryParts;

  #lastFailure: string | undefined;
  #replayedSteps: number | undefined;

  constructor(divergence: Divergence, parts: RecoveryParts) {
    this.#divergence = divergence;
    this.#parts = parts;
  }

  /** Why the last replay was of no use, for people: "replica 4: the worker ended with code 1". */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** Steps of the last replay, as far as it got; undefined when there was none. */
  get replayedSteps(): number | undefined {
    return this.#replayedSteps;
  }

  async vote(): Promise<Verdict> {
    const { replicas } = this.#parts;
    await replicas.quiesce(replicas.alive);
    return this.#vote();
  }

  async runWitness(): Promise<{ readonly replica: number; readonly verdict: Verdict }> {
    const { replicas } = this.#parts;
    const survivors = replicas.alive;
    await replicas.quiesce(survivors);
    const witness = await this.#replay();
    return { replica: witness.replica, verdict: await this.#voteWith(witness) };
  }

  async replace(losers: readonly number[], witness: number): Promise<boolean> {
    const { replicas } = this.#parts;
    const heirs = replicas.alive.filter((handle) => !losers.includes(handle.replica));
    // The witness must have an independent execution to agree with.
    if (heirs.length < 2 || !heirs.some((handle) => handle.replica === witness)) return false;
    const comparison = await this.#compare(heirs);
    if (comparison.absent.length > 0 || comparison.groups.length !== 1) return false;
    for (const loser of replicas.numbers) {
      if (!heirs.some((handle) => handle.replica === loser)) await replicas.discard(loser);
    }
    return true;
  }

  async discard(replica: number): Promise<void> {
    await this.#parts.replicas.discard(replica);
  }

  async rollBack(): Promise<boolean> {
    const { replicas, planned } = this.#parts;
    await replicas.discardAll();
    const fresh: ReplicaHandle[] = [];
    for (let count = 0; count < planned; count++) fresh.push(await this.#replay());
    if (fresh.some((handle) => !this.#isTrustworthy(handle))) return false;
    // A single machine has nobody to agree with; its committed outputs are the only witnesses.
    const comparison = await this.#compare(fresh);
    return comparison.absent.length === 0 && comparison.groups.length === 1;
  }

  /** A new replica, brought from the checkpoint to the last boundary that was sent. */
  async #replay(): Promise<ReplicaHandle> {
    const { replicas, records, checkpoints } = this.#parts;
    const handle = replicas.spawn(checkpoints.state);
    for (const record of records) handle.grant(record);
    await replicas.quiesce([handle]);
    const reached = handle.ballot(handle.lastBallot)?.steps ?? checkpoints.steps;
    this.#replayedSteps = reached - checkpoints.steps;
    return handle;
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

  /** The live replicas, which stand still, have a say, and the dead count as absent. */
  async #vote(): Promise<Verdict> {
    const { replicas, voting, records, check } = this.#parts;
    const { epoch, signal } = this.#divergence;
    // Without ballots to compare (a crash between epochs), states are compared at the last boundary.
    if (signal === "state" || epoch > (records.at(-1)?.epoch ?? -1)) {
      const { groups } = await this.#compare(replicas.alive);
      return voting.decide({ groups, absent: this.#absent });
    }
    const claims: Claim[] = replicas.alive.flatMap((handle) => {
      const ballot = handle.ballot(epoch);
      return ballot === undefined ? [] : [{ replica: handle.replica, ballot }];
    });
    return voting.decide({ groups: groupBallots(claims, check), absent: this.#absent });
  }

  get #absent(): number[] {
    return this.#parts.replicas.all
      .filter(({ crash }) => crash !== undefined)
      .map(({ replica }) => replica);
  }

  #compare(handles: readonly ReplicaHandle[]): Promise<StateComparison> {
    return compareStates(handles, this.#parts.steps, this.#parts);
  }
}
