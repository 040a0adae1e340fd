// Compiled code that replicas of one machine have published, kept for replicas that start later: a witness replays hot
// code, and finds it compiled.
import { randomUUID } from "node:crypto";
import { BroadcastChannel } from "node:worker_threads";
import type { CompiledBatch } from "../api/code-exchange.ts";
import { CodeClaims, createClaims } from "../replica/code-claims.ts";
import type { CodeChannelSetup } from "../replica/code-channel.ts";

/** Batches kept, the newest ones. One is a few dozen regions at most. */
const MOST = 1024;
/** Of nobody: the coordinator claims nothing. */
const COORDINATOR = -1;

export class CodeStore {
  readonly #name: string = `extravirt-code-${randomUUID()}`;
  readonly #claims: SharedArrayBuffer = createClaims();
  readonly #counter: CodeClaims = new CodeClaims(this.#claims, COORDINATOR);
  readonly #channel: BroadcastChannel;
  /** The last ones of `#published` batches. */
  readonly #batches: CompiledBatch[] = [];
  #published = 0;

  constructor() {
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.unref();
    this.#channel.addEventListener("message", (event) => {
      this.#published += 1;
      this.#batches.push((event as unknown as { readonly data: CompiledBatch }).data);
      if (this.#batches.length > MOST) this.#batches.shift();
    });
  }

  /**
   * What a replica that starts now needs.
   * @returns it, and what to call when the replica is ready: it misses what is published while it starts
   */
  invite(): { readonly setup: CodeChannelSetup; readonly joined: () => void } {
    const earlier = [...this.#batches];
    const known = this.#published;
    return {
      setup: { channel: this.#name, claims: this.#claims, earlier },
      joined: () => {
        const missed = Math.min(this.#published - known, this.#batches.length);
        if (missed === 0) return;
        // Offers may come twice.
        for (const batch of this.#batches.slice(-missed)) this.#channel.postMessage(batch);
        this.#counter.countPublished();
      },
    };
  }

  close(): void {
    this.#channel.close();
  }
}
