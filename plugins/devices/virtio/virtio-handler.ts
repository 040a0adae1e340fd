// The seam between the virtio-mmio transport and a virtio device type (block, console, entropy, net).
import type { ConsolePort, Saved } from "../../../core/index.ts";
import type { Virtqueue } from "./virtqueue.ts";

/** What the transport needs to know about a device type. Constant for the life of a device. */
export interface VirtioIdentity {
  /** VIRTIO 1.2, section 5. */
  readonly deviceId: number;
  /** Device-specific feature bits offered (the transport adds its own). */
  readonly features: bigint;
  /** Largest size of each queue, in order. */
  readonly queueSizes: readonly number[];
  /** The device-specific configuration space, read-only for the driver, of a type that has no `ChangingConfig`. */
  readonly config: Uint8Array;
}

/** A configuration space that the device changes while it runs: VIRTIO 1.2, sections 2.5.1 and 4.2.2.1. */
export interface ChangingConfig {
  readonly bytes: Uint8Array;
  /** Another number after each change. */
  readonly generation: number;
  /** @returns whether it changed since the last call: the driver is told. */
  takeChange(): boolean;
}

/** Behaviour of a device type. Methods may throw MalformedQueue: the device then needs a reset. */
export interface VirtioHandler extends Saved {
  /** The driver offered buffers on a queue, or has just become ready. Called with DRIVER_OK only. */
  process(queue: number): void;
  /** An input from the backend. May come in any state of the driver. */
  deliver(bytes: Uint8Array): void;
  /** Forgets all buffers; answers for them that still arrive are dropped. */
  reset(): void;
  readonly console?: ConsolePort;
  readonly config?: ChangingConfig;
}

/** What a handler gets from its transport. */
export interface VirtioParts {
  /** @throws RangeError when the identity has no such queue: a defect of the device type. */
  queue(number: number): Virtqueue;
  /** Whether the driver took this feature (one bit). Settled while the handler is called. */
  hasFeature(feature: bigint): boolean;
  /** Whether buffers may be taken: the driver is set up, and nothing it did has broken the device. */
  isDriverReady(): boolean;
}
