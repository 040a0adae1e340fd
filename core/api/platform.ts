// A platform: processor architecture, memory map, interrupt controllers and built-in devices of a machine.
// It is what `machine.platform` names; guest-archs provide them, core knows none.
import type { DeviceModel, DevicePlace, Device, DeviceTreeNode } from "./device.ts";
import type { Processor, ProcessorContext, RegisterAccess } from "./processor.ts";
import type { Provider } from "./provider.ts";

export interface ByteRange {
  readonly offset: number;
  readonly bytes: number;
}

/** A memory-mapped part of the platform itself (interrupt controller, timer block). */
export interface PlatformPart {
  readonly id: string;
  readonly place: DevicePlace;
  readonly device: Device;
}

/** What a platform builds inside a replica. */
export interface PlatformMachine {
  readonly processor: Processor;
  readonly parts: readonly PlatformPart[];
  /** The line with that number at the platform's interrupt controller. */
  interruptLine(interrupt: number): { set(isHigh: boolean): void };
}

/** One device as configured: model, options and the id chosen. */
export interface PlannedDevice {
  readonly id: string;
  readonly model: DeviceModel;
  readonly options: Readonly<Record<string, unknown>>;
  readonly place: DevicePlace;
}

export interface Platform extends Provider {
  readonly kind: "platform";
  readonly ramBase: number;
  /** Bounds of `machine.ramBytes` and `machine.harts`. */
  readonly limits: { readonly maxRamBytes: number; readonly maxHarts: number };
  /** Places offered to devices, by `DeviceModel.slot`, in order of use. */
  readonly places: Readonly<Record<string, readonly DevicePlace[]>>;
  /** Devices every machine of this platform has: [id, name of the device model]. */
  readonly standardDevices: readonly { readonly id: string; readonly use: string }[];
  /** True where its processor heeds `ProcessorContext.instrumentation` and describes steps. */
  readonly isInstrumentable?: boolean;
  /** True where its processor heeds `ProcessorContext.engine`. */
  readonly hasEngines?: boolean;
  /** True where its processor has `faults`. */
  readonly hasProcessorFaults?: boolean;
  /**
   * Bytes of the shared memory that the processor of one replica needs (state, TLBs, decoded code). They are zero when
   * it starts, but for its scratch.
   */
  processorBytes(
    options: Readonly<Record<string, unknown>>,
    harts: number,
    ramBytes: number,
  ): number;
  /** A part of it that may hold what another replica left there: what need not be cleared costs a recovery no time. */
  processorScratch?(
    options: Readonly<Record<string, unknown>>,
    harts: number,
    ramBytes: number,
  ): ByteRange;
  /**
   * Builds processor and interrupt controllers.
   * @param start what the boot loader returned as `start`; plain data.
   */
  create(
    options: Readonly<Record<string, unknown>>,
    start: unknown,
    context: ProcessorContext,
  ): PlatformMachine;
  /** As `Processor.registerNames()`, before any processor exists. Faults can be drawn over registers where it is present. */
  registers?(options: Readonly<Record<string, unknown>>, harts: number): readonly RegisterAccess[];
  /** Name of the register at a byte of `Processor.registers()`, to tell people what differs. */
  nameRegister?(byte: number): string | undefined;
  /** The device tree handed to firmware or kernel, as nodes. */
  deviceTree(
    options: Readonly<Record<string, unknown>>,
    machine: {
      readonly harts: number;
      readonly ramBytes: number;
      readonly devices: readonly PlannedDevice[];
      /** Properties of /chosen (bootargs, linux,initrd-start ...). */
      readonly chosen: DeviceTreeNode["properties"];
      /** Ranges that the kernel must leave alone. */
      readonly reserved: readonly { readonly address: number; readonly bytes: number }[];
    },
  ): DeviceTreeNode;
}
