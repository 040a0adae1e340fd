// The wait for an epoch's ballots, under the watchdog: whoever keeps the others waiting too long counts as hung, and so
// does everybody when all are silent much longer.
import { setImmediate as hostTurn } from "node:timers/promises";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import type { ChangeSignal } from "./change-signal.ts";
import type { ReplicaSet } from "./replica-set.ts";
import { SILENCE_FACTOR, deadlineMs, nextLookMs } from "./watchdog.ts";

interface Wait {
  readonly epoch: number;
  readonly missing: readonly ReplicaHandle[];
  readonly sinceMs: number;
  /** Some have voted and wait for others. */
  readonly isSomeoneWaiting: boolean;
}

export class BallotWait {
  readonly #replicas: ReplicaSet;
  readonly #watchdogMs: number;
  readonly #signal: ChangeSignal;
  #wait: Wait | undefined;

  constructor(replicas: ReplicaSet, watchdogMs: number, signal: ChangeSignal) {
    this.#replicas = replicas;
    this.#watchdogMs = watchdogMs;
    this.#signal = signal;
  }

  /** The wait, where it stands; undefined outside of one. */
  get state(): Readonly<Omit<Wait, "missing">> | undefined {
    return this.#wait;
  }

  /** All ballots are there, or the wait ends otherwise. */
  end(): void {
    this.#wait = undefined;
  }

  /** Starts or goes on with a wait for the votes of these on an epoch; declares hung whoever is past the deadline. */
  async watch(epoch: number, missing: readonly ReplicaHandle[]): Promise<void> {
    const nowMs = performance.now();
    const isSomeoneWaiting = this.#replicas.alive.some(
      (handle) => handle.lastBallot >= epoch && !missing.includes(handle),
    );
    const isKnown = this.#wait?.epoch === epoch && this.#wait.isSomeoneWaiting === isSomeoneWaiting;
    this.#wait = {
      epoch,
      missing,
      sinceMs: isKnown ? (this.#wait?.sinceMs ?? nowMs) : nowMs,
      isSomeoneWaiting,
    };
    const late = this.#deadlines().filter(({ deadline }) => deadline <= nowMs);
    if (late.length === 0) return;
    // This thread may have been busy: ballots that wait to be heard count.
    await hostTurn();
    if (late.some(({ handle }) => handle.lastBallot >= epoch)) return;
    for (const { handle } of late) handle.declareHung();
    this.#signal.notify();
  }

  /** Wall milliseconds until votes have to be looked for, or somebody may count as hung; Infinity outside a wait. */
  remainingMs(): number {
    if (this.#wait === undefined) return Infinity;
    const deadlines = this.#deadlines().map(({ deadline }) => deadline);
    return nextLookMs(Math.min(...deadlines) - performance.now(), this.#watchdogMs);
  }

  /** Those waited for, with the instants at which they count as hung. */
  #deadlines(): { readonly handle: ReplicaHandle; readonly deadline: number }[] {
    if (this.#wait === undefined) return [];
    const { epoch, missing, sinceMs, isSomeoneWaiting } = this.#wait;
    const patienceMs = this.#watchdogMs * (isSomeoneWaiting ? 1 : SILENCE_FACTOR);
    return missing
      .filter((handle) => handle.lastBallot < epoch)
      .map((handle) => ({ handle, deadline: deadlineMs(handle, sinceMs, patienceMs) }));
  }
}
