// Fault models: what a fault does to a replica at its instant.
import type { GuestMemory } from "./guest-memory.ts";
import type { Processor } from "./processor.ts";
import type { Provider } from "./provider.ts";

/** What a fault may touch. Present while the replica stands exactly before step `at`. */
export interface FaultTarget {
  readonly processor: Processor;
  readonly memory: GuestMemory;
  readonly ramBase: number;
  /** Executes one step, as part of the fault (result faults), and tells which register it wrote. */
  step(): string | undefined;
  /** Ends the worker as a host crash would. */
  crash(): void;
  /** Stops answering, as a hung core would. */
  hang(): void;
}

/** A fault as configured; `at` counts the machine's steps, `replica` numbers from 0 (2 is the first witness of a pair). */
export interface FaultAddress {
  readonly replica: number;
  readonly at: number;
}

export interface FaultModel extends Provider {
  readonly kind: "fault";
  /** Strikes what carries the replica (its worker, its messages), not the machine: no arrival draws it unasked. */
  readonly isInfrastructure?: boolean;
  /** Options without `use`, `replica` and `at`; the host adds those two to the schema. */
  /** @returns what was done, for the log: "x5 bit 3: 0x10 -> 0x18". Undefined when the site does not exist there. */
  inject(options: Readonly<Record<string, unknown>>, target: FaultTarget): string | undefined;
  /** @throws ExtravirtError when a name in the options does not exist on this processor. */
  check?(
    options: Readonly<Record<string, unknown>>,
    target: Pick<FaultTarget, "processor" | "memory" | "ramBase">,
  ): void;
}
