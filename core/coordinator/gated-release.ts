// Releases outputs through a gate, and keeps replays waiting for it: where replicas are on several hosts, nothing leaves
// and nobody is started while too few of these are heard.
import type { Output } from "../api/epoch.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import type { ChangeSignal } from "./change-signal.ts";
import type { CoreMap } from "./core-map.ts";
import type { OutputGate } from "./output-gate.ts";
import type { RunStop } from "./run-report.ts";

interface GatedReleaseParts {
  /** Undefined where nothing but agreement is asked of outputs. */
  readonly gate?: OutputGate | undefined;
  readonly commit: { commit(outputs: readonly Output[]): void };
  readonly signal: Pick<ChangeSignal, "wait">;
  readonly replicas: {
    readonly all: readonly Pick<ReplicaHandle, "replica" | "isCutOff">[];
    readonly cores: Pick<CoreMap, "free" | "isHostMissing" | "leave">;
  };
}

/** The run that outputs and replays belong to. */
interface RunEnd {
  /** Whether it ends, for whatever reason: then nobody waits. */
  readonly isEnding: () => boolean;
  /** How it ends, from here on. */
  readonly stop: (stop: RunStop) => void;
}

/** The run ends in the middle of a recovery. */
export class RunEnding extends Error {}

/** @returns what comes of a recovery; "ending" where the run ends in the middle of it */
export async function unlessEnding<Result>(recovery: Promise<Result>): Promise<Result | "ending"> {
  try {
    return await recovery;
  } catch (error) {
    if (error instanceof RunEnding) return "ending";
    throw error;
  }
}

export class GatedRelease {
  readonly #parts: GatedReleaseParts;
  readonly #end: RunEnd;
  /** How many outputs of which epoch have left. */
  #leaving = { epoch: -1, count: 0 };

  constructor(parts: GatedReleaseParts, end: RunEnd) {
    this.#parts = parts;
    this.#end = end;
  }

  /** @returns false when the run ends before anything may be released */
  async opened(): Promise<boolean> {
    const { gate } = this.#parts;
    return gate === undefined || (await this.#untilOpen(gate, () => true));
  }

  /**
   * What has left of an epoch does not leave again, where the same epoch is released once more after a failure.
   * @param verify verifies the outputs once more: called after each wait, which may have been long
   * @returns false when the run ends before all are released
   */
  async release(
    epoch: number,
    verified: readonly Output[],
    verify: () => readonly Output[],
  ): Promise<boolean> {
    const { gate, commit } = this.#parts;
    if (gate === undefined) {
      commit.commit(verified);
      return true;
    }
    if (this.#leaving.epoch !== epoch) this.#leaving = { epoch, count: 0 };
    let outputs = verified;
    for (;;) {
      const output = outputs[this.#leaving.count];
      if (output === undefined) return true;
      // Asked for each: this process may be stopped between any two of them.
      if (gate.isOpen) {
        this.#leaving.count++;
        commit.commit([output]);
      } else {
        if (!(await this.#untilOpen(gate, () => true))) return false;
        outputs = verify();
      }
    }
  }

  /** Resolves when there is a core for another replica. @throws RunEnding */
  async beforeReplay(): Promise<void> {
    const { gate, replicas } = this.#parts;
    if (gate === undefined) return;
    const { all, cores } = replicas;
    // Nobody comes back to a core that was cut off: it may be used again when it is heard.
    for (const { replica, isCutOff } of all) if (isCutOff) cores.leave(replica);
    const spreadUntil = performance.now() + gate.spreadMs;
    const isPlace = (): boolean =>
      cores.free.length > 0 && (!cores.isHostMissing || performance.now() > spreadUntil);
    if (!(await this.#untilOpen(gate, isPlace))) throw new RunEnding();
  }

  async #untilOpen(gate: OutputGate, isEnough: () => boolean): Promise<boolean> {
    const { signal } = this.#parts;
    const { isEnding, stop } = this.#end;
    while (!gate.isOpen || !isEnough()) {
      if (gate.stop !== undefined) stop(gate.stop);
      if (isEnding()) return false;
      await signal.wait(gate.nextLookMs);
    }
    return true;
  }
}
