// Fault models: what a fault does to a replica at its instant.
import type { CoordinatorTarget, StateCell } from "./coordinator-state.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { FaultyStep, InstructionFault, LastingFault } from "./processor-faults.ts";
import type { Processor } from "./processor.ts";
import type { Provider } from "./provider.ts";

/** What a fault may touch. Present while the replica stands exactly before step `at`. */
export interface FaultTarget {
  readonly processor: Processor;
  readonly memory: GuestMemory;
  readonly ramBase: number;
  /** The state of a device that the replica has itself, value by value; undefined where it has none of that name. */
  device(id: string): readonly StateCell[] | undefined;
  /** Executes one step, as part of the fault (result faults), and tells which register it wrote. */
  step(): string | undefined;
  /** Executes one step that goes wrong where its instruction is one that the fault can hit. */
  stepWith(fault: InstructionFault): FaultyStep;
  /** A fault is there to stay: for good, or for so many steps. */
  stay(fault: LastingFault, steps?: number): void;
  /** Frames of the pool that all replicas and the checkpoint have their memory in. */
  readonly frames: number;
  /**
   * A write that the host's processor misdirects: bits of a byte of any frame, xored.
   * @returns false when it was stopped because the replica may not write this frame
   */
  strayWrite(frame: number, offset: number, mask: number): boolean;
  /**
   * Looks for the first site from here on: `attempt` executes exactly one step and tells what the fault did to it.
   * Where the epoch ends during the search, `inject` has to return undefined at once: it is called again there.
   * @param limit steps after which there is no such site
   * @returns what `attempt` told, or undefined
   */
  search(limit: number, attempt: () => string | undefined): string | undefined;
  /** Ends the worker as a host crash would. */
  crash(): void;
  /** Stops answering, as a hung core would. */
  hang(): void;
}

/** Memory of a checkpoint that was just taken, by guest-physical address. */
export interface CheckpointTarget {
  /** @throws RangeError outside of guest memory */
  readU8(address: number): number;
  /** Replicas keep what they read there before; older checkpoints in the same frame have the new value, too. */
  writeU8(address: number, value: number): void;
}

/** An evaluation of a comparison: replicas grouped by what it found equal. */
export interface ComparisonTarget {
  readonly subject: "ballots" | "states";
  readonly groups: readonly (readonly number[])[];
}

/**
 * What a fault does to the coordinator, in one of these ways: at the first such occasion at or after its step. Undefined
 * leaves it for the next.
 */
export interface CoordinatorFault {
  strikeCheckpoint?(
    options: Readonly<Record<string, unknown>>,
    checkpoint: CheckpointTarget,
  ): string | undefined;
  /** @returns what was done, for the log; an error is thrown where the coordinator's loop is at that moment */
  strikeState?(
    options: Readonly<Record<string, unknown>>,
    target: CoordinatorTarget,
  ): string | Error | undefined;
  /** @returns what the evaluation says instead, and what was done, for the log */
  strikeComparison?(
    options: Readonly<Record<string, unknown>>,
    comparison: ComparisonTarget,
  ): { readonly groups: ComparisonTarget["groups"]; readonly what: string } | undefined;
}

export interface FaultModel extends Provider {
  readonly kind: "fault";
  /**
   * Whether a fault of these options never ends. On a core it is there for every replica that ever runs there once it
   * has happened; others happen to one of them only.
   */
  isPermanent?(options: Readonly<Record<string, unknown>>): boolean;
  /** What it strikes are bits that store something: raw rates per bit apply to it. */
  readonly strikesStorage?: boolean;
  /** Works only where the processor has `faults`; `check` refuses others, and no arrival draws it there. */
  readonly needsErringProcessor?: boolean;
  /** Strikes what carries the replica (its worker, its messages), not the machine: no arrival draws it unasked. */
  readonly isInfrastructure?: boolean;
  /** Names frames of the host's memory, whose numbers differ from run to run of other configs. */
  readonly isOfHostFrames?: true;
  /** Present where the fault strikes no replica: it names neither a replica nor a core, and `inject` is never called. */
  readonly ofCoordinator?: CoordinatorFault;
  /** @returns what was done, for the log: "x5 bit 3: 0x10 -> 0x18". Undefined when the site does not exist there. */
  inject(options: Readonly<Record<string, unknown>>, target: FaultTarget): string | undefined;
  /** @throws ExtravirtError when a name in the options does not exist on this processor. */
  check?(
    options: Readonly<Record<string, unknown>>,
    target: Pick<FaultTarget, "processor" | "memory" | "ramBase" | "frames" | "device">,
  ): void;
}
