// The known-good checkpoint: the state every replica starts from. Its memory lives in the shared pool.
import type { CheckpointProgress } from "../api/checkpoint-policy.ts";
import type { Ballot } from "../api/epoch.ts";

export class KnownGoodCheckpoint {
  /** Machine state; undefined means power-on. */
  state: Uint8Array | undefined = undefined;
  /** Last epoch it includes. */
  epoch = -1;
  taken = 0;
  #steps = 0;
  #tick = 0;
  #outputs = 0;
  #epochs = 0;

  /** Progress since the checkpoint, this agreed ballot included. */
  advance(ballot: Ballot): CheckpointProgress {
    this.#epochs++;
    this.#outputs += ballot.outputs.length;
    return {
      epochs: this.#epochs,
      steps: ballot.steps - this.#steps,
      ticks: ballot.tick - this.#tick,
      outputs: this.#outputs,
    };
  }

  replace(state: Uint8Array, ballot: Ballot): void {
    this.state = state;
    this.epoch = ballot.epoch;
    this.taken++;
    this.#steps = ballot.steps;
    this.#tick = ballot.tick;
    this.#outputs = 0;
    this.#epochs = 0;
  }
}
