// Micro-restart: when the coordinator's loop fails, what it worked with is given up, and it goes on from sealed state.
// First with the replicas as they stand; where that is of no use, with new ones from the known-good checkpoint. After
// "A. Depoutovitch, M. Stumm, Otherworld, EuroSys 2010" (a kernel's microreboot that keeps applications) and "M. Le,
// Y. Tamir, ReHype, VEE 2011" (a hypervisor's that keeps its guests).
import { ExtravirtError } from "../api/extravirt-error.ts";
import { IntegrityBreach, type IntegrityWatch } from "../integrity/integrity-watch.ts";
import type { Upkeep } from "../integrity/upkeep.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { BallotWait } from "./ballot-wait.ts";
import type { CheckpointTaker } from "./checkpoint-taker.ts";
import type { DivergenceResolver } from "./divergence-resolver.ts";
import { isForeign } from "./foreign-errors.ts";
import { RunEnding } from "./gated-release.ts";
import type { ReplicaSet } from "./replica-set.ts";
import type { RunPosition } from "./run-position.ts";

/** Without an epoch agreed on in between: an error that comes back each time is no passing fault. */
const MAX_IN_A_ROW = 4;
/** Times that replicas are made anew in one restart. */
const REPLAYS = 3;

export interface RestartParts {
  readonly position: RunPosition;
  readonly replicas: Pick<ReplicaSet, "alive" | "all" | "discardAll" | "quiesce">;
  /** Replicas without which a run does not go on. */
  readonly needed: number;
  readonly frames: Pick<FrameSharing, "rebuild">;
  readonly resolver: Pick<DivergenceResolver, "demoteUntrusted" | "replayAll">;
  readonly upkeep: Pick<Upkeep, "beforeRecovery">;
  readonly taker: Pick<CheckpointTaker, "abandon" | "resumed">;
  readonly wait: Pick<BallotWait, "end">;
  readonly watch: IntegrityWatch;
  readonly isOn: boolean;
}

/** It is none of the coordinator's own, or says that nothing more is to be tried. */
const isFinal = (error: unknown): boolean =>
  error instanceof RunEnding ||
  error instanceof ExtravirtError ||
  error instanceof IntegrityBreach ||
  isForeign(error);

export class LoopRestart {
  readonly #parts: RestartParts;
  #inARow = 0;

  constructor(parts: RestartParts) {
    this.#parts = parts;
  }

  /** An epoch was agreed on. */
  progressed(): void {
    this.#inARow = 0;
  }

  /**
   * Brings the run to where the loop can go on.
   * @throws the error, where it is none of the coordinator's own
   * @throws IntegrityBreach when nothing sealed is left to go on from
   * @throws XV_ERR_MANAGER_FAILED when it keeps failing
   */
  async after(error: unknown): Promise<void> {
    let cause = error;
    for (;;) {
      try {
        await this.#attempt(cause);
        return;
      } catch (next) {
        // What an attempt itself fails of is tried again, so often.
        if (next === cause || isFinal(next)) throw next;
        cause = next;
      }
    }
  }

  async #attempt(error: unknown): Promise<void> {
    const { isOn, position, replicas, taker, wait, watch, needed } = this.#parts;
    if (!isOn || isFinal(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (++this.#inARow > MAX_IN_A_ROW) throw this.#failed(message, error);
    position.restore();
    watch.repaired("the coordinator's loop", `restarted from sealed state after "${message}"`);
    wait.end();
    const { isRecovering, isTaking } = position.live;
    if (isTaking) {
      watch.broken("the known-good checkpoint", "the loop failed in the middle of replacing it");
    }
    const isWarm = this.#inARow === 1 && !isRecovering && replicas.all.length >= needed;
    if (isWarm) await replicas.quiesce(replicas.alive);
    else await this.#makeReplicasAnew();
    taker.resumed();
  }

  async #makeReplicasAnew(): Promise<void> {
    const { position, replicas, frames, resolver, taker, upkeep, watch } = this.#parts;
    const { steps } = position.live;
    await replicas.discardAll();
    taker.abandon();
    // The map is verified before all else is made from it.
    upkeep.beforeRecovery();
    frames.rebuild();
    const lack = await resolver.demoteUntrusted(steps);
    if (lack !== undefined) watch.broken("the known-good checkpoint", lack);
    for (let replays = 0; replays < REPLAYS; replays++) {
      if (!(await resolver.replayAll(steps))) continue;
      position.seal({ isRecovering: false });
      return;
    }
    watch.broken("the replicas", "no replay agrees with what was already committed");
  }

  #failed(message: string, cause: unknown): ExtravirtError {
    return new ExtravirtError(
      "XV_ERR_MANAGER_FAILED",
      `the coordinator failed again after ${MAX_IN_A_ROW} restarts from sealed state: ${message}`,
      {
        place: "managerProtection",
        remedy:
          "Nothing unverified was released. If it comes back with the same config, a plugin or ExtraVirt itself is at fault: report it with the cause.",
        cause,
      },
    );
  }
}
