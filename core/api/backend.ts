// Backends: the host side of a device, in the coordinator. They see only committed outputs.
import type { Logger } from "./logger.ts";
import type { Provider } from "./provider.ts";

export interface BackendContext {
  /** The device instance served. */
  readonly deviceId: string;
  readonly logger: Logger;
  /**
   * Queues an input for the device; it enters every replica at the same epoch boundary.
   * The bytes are copied.
   */
  input(bytes: Uint8Array): void;
  /**
   * Whether outputs may leave the host at this instant; they may when `output` is called. Where that takes the consent of
   * other hosts, it can end at any time: a backend that keeps bytes back because their reader is slow asks again before
   * it hands on each piece, and when it closes.
   */
  mayLeave(): boolean;
  /** The user asked to leave (escape key of an interactive console). */
  requestStop(): void;
}

/**
 * One open host resource. Order of calls: `start`, then any number of `output`, then `close`.
 * `output` is called once per committed output, in guest order.
 */
export interface OpenBackend {
  /** Facts handed to the device model in every replica (plain data). */
  readonly facts: Readonly<Record<string, unknown>>;
  start(): void;
  /**
   * A committed output. Requests that expect an answer call `context.input` before returning
   * (answers are then delivered a fixed number of epochs later: reproducible without a log).
   */
  output(bytes: Uint8Array): void;
  /**
   * All inputs given so far have entered an epoch. A backend whose peer can be made to wait counts from here what it
   * has given, so that neither the host's memory nor the log of an epoch grows without bound.
   */
  inputsTaken?(): void;
  /**
   * True while input may still come without the guest doing anything (an open terminal or pipe):
   * an idle guest then waits for it in wall time instead of jumping to its next timer at once.
   */
  readonly isInteractive: boolean;
  /** Flushes what may still leave, and releases; never throws for a resource already gone. */
  close(): Promise<void>;
}

export interface Backend extends Provider {
  readonly kind: "backend";
  /** What it serves: "console", "block", "entropy", "network", ... (matches `DeviceModel.backend`). */
  readonly serves: string;
  /** Present where a run may leave something behind for the next one; default: it leaves nothing. */
  keepsWrites?(options: Readonly<Record<string, unknown>>): boolean;
  /** @throws an ExtravirtError naming file, value and remedy when the resource can't be opened. */
  open(options: Readonly<Record<string, unknown>>, context: BackendContext): Promise<OpenBackend>;
}
