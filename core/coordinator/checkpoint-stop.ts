// Where the replicas stop for a checkpoint: at the last boundary that they were granted, since nothing more is sent until
// then.
import type { ReplicationPlan } from "../api/replication.ts";
import type { BallotWait } from "./ballot-wait.ts";
import type { CheckpointTaker, TakeResult } from "./checkpoint-taker.ts";
import type { EpochFeed } from "./epoch-feed.ts";
import type { ReplicaSet } from "./replica-set.ts";
import type { PositionState, RunPosition } from "./run-position.ts";

export interface CheckpointStopParts {
  readonly plan: Pick<ReplicationPlan, "release">;
  readonly replicas: Pick<ReplicaSet, "all">;
  readonly position: RunPosition;
  readonly feed: Pick<EpochFeed, "grant">;
  readonly taker: CheckpointTaker;
  readonly wait: BallotWait;
}

export class CheckpointStop {
  readonly #parts: CheckpointStopParts;

  constructor(parts: CheckpointStopParts) {
    this.#parts = parts;
  }

  /**
   * What was begun and found equal comes to its end before the last boundary is agreed on.
   * DETERMINISM: not before the one before it, however fast anybody was, and not after it, however slow.
   * @param epoch the next one to be agreed on
   * @returns whether the replicas went on with a checkpoint behind them, or are waited for first; or it is not the time
   */
  async completeEarly(epoch: number): Promise<"completed" | "waiting" | "not-now"> {
    const { replicas, plan, position, taker, wait } = this.#parts;
    const { isDraining, sent } = position.live;
    const isTime = isDraining && epoch === sent && this.#isMoreFrozen && taker.isFoundEqual;
    if (!isTime || plan.release === "primary") return "not-now";
    const behind = replicas.all.filter((handle) => !handle.stoodAt(sent));
    if (behind.length > 0) {
      await wait.watch(sent, behind);
      return "waiting";
    }
    wait.end();
    return taker.completeEarly(() => this.#letGo()) ? "completed" : "not-now";
  }

  /** All that was granted is agreed on. @returns undefined where nothing is due, or not everybody is there */
  async take(): Promise<TakeResult | undefined> {
    const { replicas, position, taker, wait } = this.#parts;
    const { agreed } = position;
    const { isDraining, sent } = position.live;
    if (!isDraining || agreed === undefined) return undefined;
    // Those behind a primary have to stand where it stands.
    const behind = replicas.all.filter(({ lastBallot }) => lastBallot < sent);
    if (behind.length > 0) {
      await wait.watch(sent, behind);
      return undefined;
    }
    wait.end();
    const letGo = this.#isMoreFrozen ? (): Partial<PositionState> => this.#letGo() : undefined;
    const result = await taker.take(agreed, letGo);
    const isOver = result.kind === "taken" || result.kind === "begun";
    if (isOver && position.live.isDraining) position.seal({ isDraining: false });
    return result;
  }

  #letGo(): Partial<PositionState> {
    return { isDraining: false, ...this.#parts.feed.grant() };
  }

  /** Otherwise nobody goes on before the next record is frozen. */
  get #isMoreFrozen(): boolean {
    const { frozen, sent } = this.#parts.position.live;
    return frozen > sent;
  }
}
