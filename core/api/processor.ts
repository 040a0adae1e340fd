// All harts of one replica: what the machine asks of a guest architecture.
import type { ActivityObserver } from "./activity-observer.ts";
import type { CodeExchange } from "./code-exchange.ts";
import type { ConsolePort, DeviceContext } from "./device.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { ProcessorFaults } from "./processor-faults.ts";
import type { SemanticsTransform } from "./operation.ts";
import type { ShadowUse } from "./semantics.ts";
import type { Saved, StateReader } from "./state-codec.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** MMIO side of the machine's bus, for addresses that are not RAM. Aligned 1-, 2- and 4-byte accesses. */
export interface MmioBus {
  /** @returns the value, or undefined where nothing answers (the architecture raises its access fault). */
  read(address: number, size: 1 | 2 | 4): number | undefined;
  /** @returns false where nothing answers. */
  write(address: number, size: 1 | 2 | 4, value: number): boolean;
  /**
   * Present where a device may answer later: it gives 0 for the time being, and the machine leaves after the instruction.
   * Called after all reads of a load that does not trap. @param destination where the value goes; called at once or never
   */
  loaded?(destination: () => LoadDestination | undefined): void;
}

/** Where a load puts its value; undefined instead where it puts it nowhere. */
export interface LoadDestination {
  /** As in `Processor.readRegister`. */
  readonly register: string;
  readonly bytes: 1 | 2 | 4 | 8;
  /** What the register has above them. */
  readonly above: "zeros" | "ones" | "sign";
}

/** Ways to execute instructions. DETERMINISM: all give the same states and outputs. */
export const ENGINES = ["compiled", "interpreted"] as const;
export type Engine = (typeof ENGINES)[number];

export interface ProcessorContext {
  readonly harts: number;
  readonly memory: GuestMemory;
  /** Guest-physical address of the first byte of RAM. */
  readonly ramBase: number;
  readonly bus: MmioBus;
  readonly clock: VirtualClock & {
    /** Called before anything that may read the clock during a run: steps since power-on, exact. */
    report(steps: number): void;
  };
  /** Byte offset in `memory.shared` of this replica's processor area, `processorBytes` long, zero but for scratch. */
  readonly areaOffset: number;
  readonly stop: DeviceContext["stop"];
  /** The platform's console for firmware calls; undefined without one. */
  console(): ConsolePort | undefined;
  /** Compiled code of the machine's other replicas; undefined where each compiles its own. */
  readonly exchange?: CodeExchange | undefined;
  /** How it has to execute; absent where the platform's options decide. Heeded by platforms that have engines. */
  readonly engine?: Engine | undefined;
  /** What instruments do to instructions; absent without any. */
  readonly instrumentation?: ProcessorInstrumentation;
  /** Wants to know what the processor is busy with; absent unless a run is profiled. */
  readonly activity?: ActivityObserver;
}

/** The instruments of a replica, as an architecture that generates code from semantics sees them. */
export interface ProcessorInstrumentation {
  /** Equal keys, equal transforms: code generated for one replica serves another one with the same key. */
  readonly key: string;
  readonly transform: SemanticsTransform;
  /** Byte offset in the shared memory of the cells of all instruments. */
  readonly cells: number;
  /** Absent where no instrument uses shadow registers. */
  readonly shadow?: ShadowUse;
  /** A `haltIf` found its condition to hold: nothing is executed any more. `what` says where and why. */
  halted(what: string): void;
}

/** The shadow registers of all harts (Semantics.shadow), as seen from outside of generated code. */
export interface ShadowRegisters {
  /** Copies the registers, and the program counters. */
  follow(): void;
  /** The first register that differs from its shadow, for people. */
  difference(): string | undefined;
}

/** One step, for traces. */
export interface ExecutedStep {
  readonly hart: number;
  /** Privilege before it, in the architecture's own letter. */
  readonly privilege: string;
  readonly pc: bigint;
  /** An exception ended the instruction; or an interrupt was taken instead of one. */
  readonly kind: "retired" | "trapped" | "interrupted";
  /** The instruction word; absent where none was fetched. */
  readonly word?: number;
  readonly disassembly: string;
  /** Register written, and its new value. */
  readonly written?: { readonly name: string; readonly value: bigint };
}

/**
 * Integer and float registers that a step used, on the safe side: what it reads is in `reads`; what is in `writes` has
 * certainly been overwritten as a whole. "all" are those of all harts.
 */
export interface StepUse {
  readonly reads: readonly string[] | "all";
  readonly writes: readonly string[];
}

/** Where a processor stands, for profiles. */
export interface ProcessorPosition {
  readonly pc: bigint;
  readonly privilege: string;
  /** Whether compiled code exists for the instruction there. */
  readonly isCompiled: boolean;
}

/** Which pages of RAM instructions read. Devices are not instructions, nor are writes reads. */
export interface PageReads {
  /** What was read before is forgotten. The processor stands still. */
  begin(): void;
  /** At least the pages that were read since, in any order; some may come twice. */
  collect(see: (page: number) => void): void;
}

/** A register that faults can name: `bits` wide, read and written as an unsigned bigint. */
export interface RegisterAccess {
  readonly name: string;
  readonly group: "integer" | "float" | "control" | "pc";
  readonly bits: number;
}

export interface Processor extends Saved {
  /**
   * Runs up to `maxSteps` steps (see VirtualClock), fewer when all harts are idle or `leave` was called.
   * DETERMINISM: the same calls give the same states however the steps are split over calls.
   * @returns steps executed.
   */
  run(maxSteps: number): number;
  /**
   * As `restore`, and keeps decoded and compiled code: whoever changed pages since told the memory's observer. A processor
   * that keeps none needs no such thing.
   */
  resume?(reader: StateReader): void;
  /** Asks a run in progress to return after the current instruction (an alarm moved, an interrupt changed). */
  leave(): void;
  /** True when every hart waits and no interrupt is pending that would wake one. */
  isIdle(): boolean;
  /** The registers of all harts as bytes, for ballots: equal states give equal bytes. A copy. */
  registers(): Uint8Array;
  /** Registers a fault or a debugger can name, hart 0 first; names of further harts carry the prefix `hart<n>.`. */
  registerNames(): readonly RegisterAccess[];
  readRegister(name: string): bigint;
  writeRegister(name: string, value: bigint): void;
  /**
   * Executes exactly one step of the hart whose turn it is and tells which register it wrote
   * (undefined for stores, branches, traps): the target of result faults.
   */
  stepAndReport(): string | undefined;
  /** As `stepAndReport`, and describes the step. An architecture without it cannot be traced. */
  stepAndDescribe?(): ExecutedStep | undefined;
  /** As `stepAndReport`, and tells which registers it used. Without it nobody knows which faults are alike. */
  stepAndUse?(): StepUse | undefined;
  /** Faults below the level of registers and memory. An architecture without them takes none of these. */
  readonly faults?: ProcessorFaults;
  /** Position of the hart whose turn it is. An architecture without it cannot be profiled by address. */
  position?(): ProcessorPosition;
  /** Absent where an architecture can't tell, or does not. */
  readonly pageReads?: PageReads;
  /** An architecture without them has no instruments that need them. */
  readonly shadow?: ShadowRegisters;
}
