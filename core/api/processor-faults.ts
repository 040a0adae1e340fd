// How a processor goes wrong in ways that its registers and memory cannot show: within an instruction, in its
// translations, for good. An architecture that generates code has it; fault models that need it refuse others.
import type { ExecutedStep } from "./processor.ts";

/** Bits of what is hit: `width` adjacent ones, `bit` the lowest of them. */
export interface FaultBits {
  readonly bit: number;
  readonly width: number;
}

/** What goes wrong within one instruction. */
export type InstructionFault =
  /** The address of an access, after it was computed. Atomic operations load and store at one address. */
  | (FaultBits & { readonly site: "load-address" | "store-address" })
  /** What memory gave, before it is widened; what memory gets. Accesses that have no such bits are passed over. */
  | (FaultBits & { readonly site: "load-data" | "store-data" })
  /** The instruction word, as it arrives; instructions that have no such bits are passed over. */
  | (FaultBits & { readonly site: "instruction" })
  /** A conditional branch goes the other way. */
  | { readonly site: "branch" };

/** A step that may have gone wrong. */
export interface FaultyStep {
  /** Undefined when nothing was executed. */
  readonly executed: ExecutedStep | undefined;
  /** What was done; undefined when the instruction is none that the fault can hit. */
  readonly what: string | undefined;
}

/** An entry of a translation table: its virtual page (`tag`) or the physical page it leads to, damaged. */
export interface TranslationFault extends FaultBits {
  readonly table: "read" | "write" | "fetch";
  readonly field: "tag" | "page";
}

/** Bits that do not change any more. */
export type StuckFault = FaultBits & { readonly value: 0 | 1 } & (
    | { readonly site: "register"; readonly register: string }
    /** Of every integer arithmetic operation. */
    | { readonly site: "result" }
  );

/** A fault that stays until it is taken away. */
export interface LastingFault {
  readonly what: string;
  release(): void;
}

/** DETERMINISM: what goes wrong depends on the guest's state alone, not on what is compiled or how a run is cut. */
export interface ProcessorFaults {
  /** Whether a fault is there that lasts. */
  readonly isActive: boolean;
  /** Executes exactly one step, with the fault where its instruction is one that it can hit. */
  step(fault: InstructionFault): FaultyStep;
  /**
   * Damages the translation through which the next instruction accesses memory in this way, before it does.
   * It stays until the guest fences its translations, or it is released.
   * @returns undefined when the next instruction makes no such access
   */
  damageTranslation(fault: TranslationFault): LastingFault | undefined;
  /** From now on, before and after every instruction. */
  stick(fault: StuckFault): LastingFault;
}
