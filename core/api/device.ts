// Device models: they live inside the replica, so they are deterministic and see no host I/O.
import type { DeviceMemory } from "./guest-memory.ts";
import type { Provider } from "./provider.ts";
import type { Saved } from "./state-codec.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A level-triggered line into the platform's interrupt controller. */
export interface InterruptLine {
  set(isHigh: boolean): void;
}

/** Where the platform put a device. */
export interface DevicePlace {
  /** First guest-physical address. */
  readonly base: number;
  readonly bytes: number;
  /** Interrupt number at the platform's controller; 0 when the slot has none. */
  readonly interrupt: number;
}

export interface DeviceContext {
  /** Instance name, unique in a machine; also the name of its channel. */
  readonly id: string;
  readonly place: DevicePlace;
  readonly memory: DeviceMemory;
  /** Guest-physical address of the first byte of RAM: DMA addresses minus this are offsets into `memory`. */
  readonly ramBase: number;
  readonly clock: VirtualClock;
  readonly interrupt: InterruptLine;
  /** Facts from the backend that shape the device (a disk's capacity, read-only), plain data, equal in all replicas. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Emits an output on the device's channel. The bytes are copied. They leave the sphere only after comparison. */
  emit(bytes: Uint8Array): void;
  /**
   * The device does work for the guest that its outputs do not show: bytes it looks at in guest memory, bytes it asks
   * the host for. Work beyond what an epoch has room for ends the epoch after the current instruction.
   */
  spend(bytes: number): void;
  /** The guest asked to end the machine. `exitCode` is the guest's own. Takes effect after the current instruction. */
  stop(reason: "power-off" | "reset" | "guest-failure", exitCode: number): void;
}

/** A node of the flattened device tree: property values are cells, strings, string lists, bytes or true (empty). */
export interface DeviceTreeNode {
  readonly name: string;
  readonly properties: Readonly<
    Record<string, readonly number[] | string | readonly string[] | Uint8Array | true>
  >;
  readonly children?: readonly DeviceTreeNode[];
}

/** One device instance. MMIO accesses come naturally aligned, 1, 2 or 4 bytes; wider ones are split, low half first. */
export interface Device extends Saved {
  /** @returns an unsigned 32-bit value (or narrower). */
  read(offset: number, size: 1 | 2 | 4): number;
  write(offset: number, size: 1 | 2 | 4, value: number): void;
  /** An input for this device's channel, delivered at an epoch boundary. */
  deliver?(bytes: Uint8Array): void;
  /** Byte-wise console access for firmware interfaces (SBI); only consoles have it. */
  readonly console?: ConsolePort;
}

/** What a firmware console call needs of a console device. */
export interface ConsolePort {
  write(byte: number): void;
  /** @returns the next received byte or -1. */
  read(): number;
}

/** Provider of a device model. */
export interface DeviceModel extends Provider {
  readonly kind: "device";
  /** Kind of place it takes on a platform: "virtio-mmio", "uart", "rtc", "power", ... */
  readonly slot: string;
  /** Which backends serve it ("console", "block", "entropy", "network"), or absent when it needs none. */
  readonly backend?: string;
  create(options: Readonly<Record<string, unknown>>, context: DeviceContext): Device;
  /** Its node in the device tree; the platform adds `reg`, `interrupts` and the parent. */
  deviceTree?(place: DevicePlace, options: Readonly<Record<string, unknown>>): DeviceTreeNode;
}
