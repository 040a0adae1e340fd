// How compiled code travels between replicas: a broadcast channel that every replica of a machine and the coordinator
// join, wherever they run. A posted WebAssembly module stays one module: its receivers instantiate the same machine
// code, later optimised versions included.
import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { CodeExchange, CompiledBatch } from "../api/code-exchange.ts";
import { CodeClaims } from "./code-claims.ts";

/** What a replica needs to join: plain data. */
export interface CodeChannelSetup {
  /** Unique in the process. */
  readonly channel: string;
  readonly claims: SharedArrayBuffer;
  /** Batches published before the replica joins, oldest first. */
  readonly earlier: readonly CompiledBatch[];
}

export class CodeChannel implements CodeExchange {
  readonly #channel: BroadcastChannel;
  readonly #claims: CodeClaims;
  #earlier: readonly CompiledBatch[];
  /** Batches published when this end last looked. */
  #seen: number;

  constructor({ channel, claims, earlier }: CodeChannelSetup, replica: number) {
    this.#claims = new CodeClaims(claims, replica);
    this.#channel = new BroadcastChannel(channel);
    this.#channel.unref();
    this.#earlier = earlier;
    this.#seen = -1;
  }

  get hasNews(): boolean {
    return this.#claims.published !== this.#seen;
  }

  publish(batch: CompiledBatch): void {
    this.#channel.postMessage(batch);
    this.#claims.countPublished();
  }

  take(): CompiledBatch[] {
    const batches = [...this.#earlier];
    this.#earlier = [];
    this.#seen = this.#claims.published;
    // The types of Node know message ports only.
    const port = this.#channel as unknown as MessagePort;
    for (;;) {
      const received = receiveMessageOnPort(port) as
        | { readonly message: CompiledBatch }
        | undefined;
      if (received === undefined) return batches;
      batches.push(received.message);
    }
  }

  claim(key: number, isForced: boolean): boolean {
    return this.#claims.claim(key, isForced);
  }

  release(key: number): void {
    this.#claims.release(key);
  }

  close(): void {
    this.#channel.close();
  }
}
