// The shape of one SBI extension and of its answers (RISC-V SBI 2.0, chapter 3).
import type { HartCore } from "../hart-core.ts";
import type { SbiEnvironment } from "./sbi-environment.ts";

export const SBI = {
  success: 0,
  failed: -1,
  notSupported: -2,
  invalidParam: -3,
  invalidAddress: -5,
  alreadyAvailable: -6,
} as const;

export interface SbiCall {
  /** The calling hart. */
  readonly core: HartCore;
  readonly machine: SbiEnvironment;
  /** a6. */
  readonly functionId: number;
  /** a0 to a5, unsigned. */
  argument(index: number): bigint;
}

/** a0 and a1 of the answer. */
export interface SbiAnswer {
  readonly error: number;
  readonly value: bigint;
}

export interface SbiExtension {
  /** a7. */
  readonly id: number;
  /** As in the specification. */
  readonly name: string;
  /** Legacy extensions answer in a0 alone. */
  readonly isLegacy?: true;
  /** False when the machine lacks what it serves; default: always there. */
  isAvailable?(machine: SbiEnvironment): boolean;
  /** @returns the answer, or undefined when the call does not return to its caller. */
  call(call: SbiCall): SbiAnswer | undefined;
}

export function success(value: bigint = 0n): SbiAnswer {
  return { error: SBI.success, value };
}

export function failure(error: number): SbiAnswer {
  return { error, value: 0n };
}
