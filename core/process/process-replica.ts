// A replica with memory of its own: its machine, and what the coordinator asks of its pages.
import type { Registry } from "../api/plugin.ts";
import { hostMilliseconds } from "../replica/host-milliseconds.ts";
import { Replica } from "../replica/replica.ts";
import type { ReplicaOrder, ReplicaReport } from "../replica/replica-setup.ts";
import type { PageContents } from "./memory-order.ts";
import { OwnMemory } from "./own-memory.ts";
import type { RemoteSetup } from "./process-message.ts";

/** Thrown to leave a replica that a fault killed or hung. */
export class ReplicaGone extends Error {
  readonly isSilent: boolean;
  constructor(isSilent: boolean) {
    super("the replica crashed");
    this.isSilent = isSilent;
  }
}

export class ProcessReplica {
  readonly #setup: RemoteSetup;
  readonly #shared: WebAssembly.Memory;
  readonly #scrubPages: number;
  readonly #post: (report: ReplicaReport) => void;
  readonly #memory: OwnMemory;
  #replica: Replica | undefined;

  constructor(
    setup: RemoteSetup,
    shared: WebAssembly.Memory,
    scrubPages: number,
    post: (report: ReplicaReport) => void,
  ) {
    this.#setup = setup;
    this.#shared = shared;
    this.#scrubPages = scrubPages;
    this.#post = post;
    this.#memory = new OwnMemory(shared, setup.layout);
  }

  get isBuilt(): boolean {
    return this.#replica !== undefined;
  }

  load(contents: PageContents): void {
    this.#memory.load(contents);
  }

  /** @throws what the setup itself is wrong about */
  begin(registry: Registry): void {
    const setup = { ...this.#setup, shared: this.#shared, code: undefined };
    this.#replica = new Replica(setup, registry, {
      post: this.#post,
      now: hostMilliseconds,
      crash: () => {
        throw new ReplicaGone(false);
      },
      hang: () => {
        throw new ReplicaGone(true);
      },
    });
    this.#post({ kind: "ready" });
  }

  obey(order: ReplicaOrder): void {
    const replica = this.#replica;
    if (replica === undefined)
      throw new Error(`the order "${order.kind}" comes before the machine`);
    if (order.kind === "memory") {
      const answer = this.#memory.obey(order.order);
      if (answer !== undefined) this.#post({ kind: "memory", answer });
    } else if (order.kind === "save") {
      const memory = this.#memory.digest(replica.machine.steps, this.#scrubPages);
      this.#post({ kind: "state", state: replica.machine.save(), memory });
    } else replica.obey(order);
  }
}
