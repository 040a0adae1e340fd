// virtio over MMIO, register layout version 2 ("modern"). Source: VIRTIO 1.2, section 4.2.
// The register table is REGISTER below; device configuration starts at 0x100.
import type {
  ConsolePort,
  Device,
  DeviceContext,
  StateReader,
  StateWriter,
} from "../../../core/index.ts";
import { MalformedQueue } from "./malformed-queue.ts";
import type { CreateVirtioHandler, VirtioHandler, VirtioIdentity } from "./virtio-handler.ts";
import { type QueueAddresses, Virtqueue } from "./virtqueue.ts";

export const REGISTER = {
  magicValue: 0x000,
  version: 0x004,
  deviceId: 0x008,
  vendorId: 0x00c,
  deviceFeatures: 0x010,
  deviceFeaturesSel: 0x014,
  driverFeatures: 0x020,
  driverFeaturesSel: 0x024,
  queueSel: 0x030,
  queueNumMax: 0x034,
  queueNum: 0x038,
  queueReady: 0x044,
  queueNotify: 0x050,
  interruptStatus: 0x060,
  interruptAck: 0x064,
  status: 0x070,
  queueDescLow: 0x080,
  queueDescHigh: 0x084,
  queueDriverLow: 0x090,
  queueDriverHigh: 0x094,
  queueDeviceLow: 0x0a0,
  queueDeviceHigh: 0x0a4,
  shmLenLow: 0x0b0,
  shmLenHigh: 0x0b4,
  shmBaseLow: 0x0b8,
  shmBaseHigh: 0x0bc,
  configGeneration: 0x0fc,
  config: 0x100,
} as const;

const MAGIC_VALUE = 0x7472_6976; // "virt"
const VERSION = 2;
/** "XVRT". */
const VENDOR_ID = 0x5452_5658;

export const STATUS = {
  acknowledge: 1,
  driver: 2,
  driverOk: 4,
  featuresOk: 8,
  needsReset: 64,
  failed: 128,
} as const;
const INTERRUPT = { usedBuffer: 1, configChange: 2 } as const;

const FEATURE_INDIRECT_DESC = 1n << 28n;
const FEATURE_VERSION_1 = 1n << 32n;
const TRANSPORT_FEATURES = FEATURE_INDIRECT_DESC | FEATURE_VERSION_1;

const SECTION = "virtio-mmio";

const ADDRESS_REGISTERS: Readonly<Record<number, readonly [keyof QueueAddresses, "low" | "high"]>> =
  {
    [REGISTER.queueDescLow]: ["descriptors", "low"],
    [REGISTER.queueDescHigh]: ["descriptors", "high"],
    [REGISTER.queueDriverLow]: ["available", "low"],
    [REGISTER.queueDriverHigh]: ["available", "high"],
    [REGISTER.queueDeviceLow]: ["used", "low"],
    [REGISTER.queueDeviceHigh]: ["used", "high"],
  };

export class VirtioMmio implements Device {
  readonly console?: ConsolePort;

  readonly #context: DeviceContext;
  readonly #identity: VirtioIdentity;
  readonly #features: bigint;
  readonly #queues: readonly Virtqueue[];
  readonly #handler: VirtioHandler;
  #deviceFeaturesSel = 0;
  #driverFeaturesSel = 0;
  #driverFeatures = 0n;
  #queueSel = 0;
  #interruptStatus = 0;
  #status = 0;

  constructor(context: DeviceContext, identity: VirtioIdentity, create: CreateVirtioHandler) {
    this.#context = context;
    this.#identity = identity;
    this.#features = identity.features | TRANSPORT_FEATURES;
    this.#queues = identity.queueSizes.map(
      (size) => new Virtqueue(context.memory, context.ramBase, size),
    );
    this.#handler = create(this.#queues);
    if (this.#handler.console !== undefined) this.console = this.#handler.console;
  }

  read(offset: number, size: 1 | 2 | 4): number {
    if (offset >= REGISTER.config) return this.#readConfig(offset - REGISTER.config, size);
    // Only 4-byte accesses to the registers are defined.
    if (size !== 4) return 0;
    switch (offset) {
      case REGISTER.magicValue:
        return MAGIC_VALUE;
      case REGISTER.version:
        return VERSION;
      case REGISTER.deviceId:
        return this.#identity.deviceId;
      case REGISTER.vendorId:
        return VENDOR_ID;
      case REGISTER.deviceFeatures:
        return this.#deviceFeaturesSel > 1
          ? 0
          : Number((this.#features >> BigInt(32 * this.#deviceFeaturesSel)) & 0xffff_ffffn);
      case REGISTER.queueNumMax:
        return this.#selected()?.maxSize ?? 0;
      case REGISTER.queueReady:
        return this.#selected()?.isReady ? 1 : 0;
      case REGISTER.interruptStatus:
        return this.#interruptStatus;
      case REGISTER.status:
        return this.#status;
      // No shared memory regions: length and base of all ones.
      case REGISTER.shmLenLow:
      case REGISTER.shmLenHigh:
      case REGISTER.shmBaseLow:
      case REGISTER.shmBaseHigh:
        return 0xffff_ffff;
      default:
        return 0;
    }
  }

  write(offset: number, size: 1 | 2 | 4, written: number): void {
    if (size !== 4) return;
    const value = written >>> 0;
    switch (offset) {
      case REGISTER.deviceFeaturesSel:
        this.#deviceFeaturesSel = value;
        break;
      case REGISTER.driverFeaturesSel:
        this.#driverFeaturesSel = value;
        break;
      case REGISTER.driverFeatures:
        this.#setDriverFeatures(value);
        break;
      case REGISTER.queueSel:
        this.#queueSel = value;
        break;
      case REGISTER.queueNum: {
        const queue = this.#selected();
        if (queue !== undefined && !queue.isReady) queue.size = value;
        break;
      }
      case REGISTER.queueReady:
        this.#setQueueReady((value & 1) !== 0);
        break;
      case REGISTER.queueNotify:
        this.#notify(value);
        break;
      case REGISTER.interruptAck:
        this.#interruptStatus &= ~value;
        this.#updateInterrupt();
        break;
      case REGISTER.status:
        this.#setStatus(value & 0xff);
        break;
      default:
        this.#setQueueAddress(offset, value);
    }
  }

  deliver(bytes: Uint8Array): void {
    this.#guard(() => this.#handler.deliver(bytes));
  }

  save(writer: StateWriter): void {
    writer.section(SECTION, 1);
    writer.u32(this.#deviceFeaturesSel);
    writer.u32(this.#driverFeaturesSel);
    writer.u64(this.#driverFeatures);
    writer.u32(this.#queueSel);
    writer.u32(this.#interruptStatus);
    writer.u32(this.#status);
    for (const queue of this.#queues) queue.save(writer);
    this.#handler.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section(SECTION, 1);
    this.#deviceFeaturesSel = reader.u32();
    this.#driverFeaturesSel = reader.u32();
    this.#driverFeatures = reader.u64();
    this.#queueSel = reader.u32();
    this.#interruptStatus = reader.u32();
    this.#status = reader.u32();
    for (const queue of this.#queues) queue.restore(reader);
    this.#handler.restore(reader);
    this.#updateInterrupt();
  }

  #selected(): Virtqueue | undefined {
    return this.#queues[this.#queueSel];
  }

  #readConfig(offset: number, size: 1 | 2 | 4): number {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) {
      value = value * 256 + (this.#identity.config[offset + i] ?? 0);
    }
    return value;
  }

  #setDriverFeatures(value: number): void {
    if (this.#status & STATUS.featuresOk || this.#driverFeaturesSel > 1) return;
    const shift = BigInt(32 * this.#driverFeaturesSel);
    const kept = this.#driverFeatures & ~(0xffff_ffffn << shift);
    this.#driverFeatures = kept | (BigInt(value) << shift);
  }

  #setQueueAddress(offset: number, value: number): void {
    const register = ADDRESS_REGISTERS[offset];
    const queue = this.#selected();
    if (register === undefined || queue === undefined || queue.isReady) return;
    const [part, half] = register;
    const low = queue.addresses[part] % 2 ** 32;
    const high = queue.addresses[part] - low;
    queue.addresses[part] = half === "low" ? high + value : value * 2 ** 32 + low;
  }

  #setQueueReady(isReady: boolean): void {
    const queue = this.#selected();
    if (queue === undefined || queue.isReady === isReady) return;
    if (isReady) {
      this.#guard(() => queue.enable());
    } else {
      queue.disable();
      this.#handler.reset();
    }
  }

  #setStatus(value: number): void {
    if (value === 0) {
      this.#reset();
      return;
    }
    let next = value | (this.#status & STATUS.needsReset);
    if (next & STATUS.featuresOk && !this.#isFeatureSetAcceptable()) next &= ~STATUS.featuresOk;
    const isDriverNewlyOk = (next & ~this.#status & STATUS.driverOk) !== 0;
    this.#status = next;
    if (isDriverNewlyOk) {
      for (const number of this.#queues.keys()) this.#notify(number);
    }
  }

  #isFeatureSetAcceptable(): boolean {
    const isVersion1 = (this.#driverFeatures & FEATURE_VERSION_1) !== 0n;
    return isVersion1 && (this.#driverFeatures & ~this.#features) === 0n;
  }

  #notify(number: number): void {
    const queue = this.#queues[number];
    if (queue === undefined || !this.#isDriverReady()) return;
    this.#guard(() => this.#handler.process(number));
  }

  #isDriverReady(): boolean {
    return (this.#status & (STATUS.driverOk | STATUS.needsReset)) === STATUS.driverOk;
  }

  /** Runs device code, then raises what it owes the driver. A broken queue stops the device until it is reset. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof MalformedQueue)) throw error;
      if ((this.#status & STATUS.needsReset) === 0) {
        this.#status |= STATUS.needsReset;
        if (this.#status & STATUS.driverOk) this.#interruptStatus |= INTERRUPT.configChange;
      }
    }
    for (const queue of this.#queues) {
      if (queue.takeSignal()) this.#interruptStatus |= INTERRUPT.usedBuffer;
    }
    this.#updateInterrupt();
  }

  #reset(): void {
    this.#deviceFeaturesSel = 0;
    this.#driverFeaturesSel = 0;
    this.#driverFeatures = 0n;
    this.#queueSel = 0;
    this.#interruptStatus = 0;
    this.#status = 0;
    for (const queue of this.#queues) queue.reset();
    this.#handler.reset();
    this.#updateInterrupt();
  }

  #updateInterrupt(): void {
    this.#context.interrupt.set(this.#interruptStatus !== 0);
  }
}
