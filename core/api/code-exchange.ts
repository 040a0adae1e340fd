// What the replicas of one machine hand each other of compiled guest code, so that one compilation serves them all.
// DETERMINISM: what arrives, and when, depends on the host's timing; it may change how fast code runs and nothing else.

/** Compiled code as an architecture describes it: plain data and WebAssembly modules, for the same architecture only. */
export type CompiledBatch = object;

export interface CodeExchange {
  /** Offers a batch to all other replicas, those still to come included. */
  publish(batch: CompiledBatch): void;
  /** Whether `take` may have something. */
  readonly hasNews: boolean;
  /** What others published since the last call, oldest first. */
  take(): readonly CompiledBatch[];
  /**
   * Says that this replica compiles what the key stands for (32 bits; keys may collide).
   * @param isForced takes it from a claimant that has not delivered: it may be dead
   * @returns false while another replica holds the claim
   */
  claim(key: number, isForced: boolean): boolean;
  /** Gives up a claim of this replica. */
  release(key: number): void;
}
