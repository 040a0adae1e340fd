// What the built-in SBI needs of the machine and of the other harts.
import type { ConsolePort, DeviceContext } from "../../../../core/index.ts";

/** Values of the `waiting` slot besides 0 (running). */
export const HART_WAITING = 1;
export const HART_STOPPED = 2;

/** A hart as SBI calls see it; the object of `createPrivilegedHart` is one. */
export interface SbiHart {
  /** The `waiting` slot. */
  readonly waiting: number;
  /** Sets sip.SSIP. */
  raiseSoftwareInterrupt(): void;
  /** Drops all cached translations. */
  fenceTranslations(): void;
  /** Starts a stopped hart in S-mode: a0 = hart id, a1 = `opaque`, satp = 0, interrupts off. */
  start(pc: bigint, opaque: bigint): void;
}

export interface SbiEnvironment {
  /** Number of harts; their ids count from 0. */
  readonly harts: number;
  hart(hartId: number): SbiHart | undefined;
  /** Makes stores to code visible to a hart's fetches; empty where the engine always does. */
  fenceInstructions(hartId: number): void;
  /** One byte of RAM at a guest-physical address, which lies in RAM. */
  readPhysicalU8(address: number): number;
  writePhysicalU8(address: number, value: number): void;
  /** The machine's console; undefined without one. */
  console(): ConsolePort | undefined;
  readonly stop: DeviceContext["stop"];
}
