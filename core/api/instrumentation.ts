// Instruments observe (or change) what a guest executes, inside the replicas: they transform the semantics from which
// code is generated, or look at single steps. What they keep is no part of the machine: no ballot, no checkpoint and no
// saved state has it, so that a run with an instrument that only observes ends in the same state as one without.
import type { ExecutedStep, Processor } from "./processor.ts";
import type { Provider } from "./provider.ts";
import type { SemanticsTransform } from "./operation.ts";
import type { ShadowUse } from "./semantics.ts";

export interface InstrumentContext {
  readonly replica: number;
  /** Number of the first of its cells. */
  readonly firstCell: number;
  /** Its cells, zero at first. */
  readonly cells: BigUint64Array<SharedArrayBuffer>;
  /** Name and offset of what lies at a guest address, "main+0x10", where the boot loader knows. */
  nameAddress(address: bigint): string | undefined;
  /** Hands a text to the coordinator at once, in this order; whole lines. */
  note(text: string): void;
}

/** What an instrument has to say in the end: text for people, and the same as plain data that JSON can hold. */
export interface InstrumentResult {
  readonly lines: readonly string[];
  readonly data: unknown;
}

/** DETERMINISM: an instrument that changes what the guest sees must do the same in every replica it is meant for. */
export interface Instrument {
  readonly transform?: SemanticsTransform;
  /** Its transform uses shadow registers, which serve one instrument of a replica. */
  readonly shadow?: ShadowUse;
  /** The machine was built or restored, and has executed nothing since. */
  started?(processor: Processor): void;
  /**
   * At the end of each epoch, before the replica votes: says what is wrong with the replica, which then ends.
   * DETERMINISM: of a replica without a fault it finds nothing.
   */
  selfCheck?(processor: Processor): string | undefined;
  /** The steps that it wants to see one by one, from `from` on and before `to`, counted since power-on. */
  readonly window?: { readonly from: number; readonly to: number };
  /** A step of the window was executed. */
  stepped?(step: number, executed: ExecutedStep): void;
  /** Once, when the run has ended and the replica stands still. */
  result?(): InstrumentResult;
}

export interface InstrumentationProvider extends Provider {
  readonly kind: "instrumentation";
  /** Cells that an instrument of these options needs; 0 without it. */
  cells?(options: Readonly<Record<string, unknown>>): number;
  /** Runs in every replica. */
  create(options: Readonly<Record<string, unknown>>, context: InstrumentContext): Instrument;
  /** File for its notes, an absolute path (list the option in `paths`); notes are printed where there is none. */
  noteFile?(options: Readonly<Record<string, unknown>>): string | undefined;
}
