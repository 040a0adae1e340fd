// virtio over MMIO, register layout version 2 ("modern"). Source: VIRTIO 1.2, section 4.2.
// It decodes register accesses and keeps status and interrupt; what requests mean is the device type's handler's matter.
import type {
  ConsolePort,
  Device,
  DeviceContext,
  StateReader,
  StateWriter,
} from "../../../core/index.ts";
import { FeatureNegotiation } from "./feature-negotiation.ts";
import { MalformedQueue } from "./malformed-queue.ts";
import { INTERRUPT, MAGIC_VALUE, REGISTER, STATUS, VENDOR_ID, VERSION } from "./mmio-registers.ts";
import { QueueSelection } from "./queue-selection.ts";
import type { VirtioHandler, VirtioIdentity, VirtioParts } from "./virtio-handler.ts";
import { Virtqueue } from "./virtqueue.ts";

const SECTION = "virtio-mmio";

export class VirtioMmio implements Device {
  readonly console?: ConsolePort;

  readonly #context: DeviceContext;
  readonly #identity: VirtioIdentity;
  readonly #features: FeatureNegotiation;
  readonly #selection: QueueSelection;
  readonly #handler: VirtioHandler;
  #interruptStatus = 0;
  #status = 0;
  /** Of the last input. */
  #inputTick = -1;

  constructor(
    context: DeviceContext,
    identity: VirtioIdentity,
    create: (parts: VirtioParts) => VirtioHandler,
  ) {
    this.#context = context;
    this.#identity = identity;
    this.#features = new FeatureNegotiation(identity.features);
    const queues = identity.queueSizes.map(
      (size) => new Virtqueue(context.memory, context.ramBase, size, context.spend),
    );
    this.#selection = new QueueSelection(queues);
    this.#handler = create({
      queue: (number) => existing(queues, number),
      hasFeature: (feature) => this.#features.has(feature),
      isDriverReady: () => this.#isDriverReady(),
    });
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
        return this.#features.offeredWindow;
      case REGISTER.queueNumMax:
        return this.#selection.selected?.maxSize ?? 0;
      case REGISTER.queueReady:
        return this.#selection.selected?.isReady ? 1 : 0;
      case REGISTER.interruptStatus:
        return this.#interruptStatus;
      case REGISTER.status:
        return this.#status;
      case REGISTER.configGeneration:
        return this.#handler.config?.generation ?? 0;
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
        this.#features.offeredSelect = value;
        break;
      case REGISTER.driverFeaturesSel:
        this.#features.takenSelect = value;
        break;
      case REGISTER.driverFeatures:
        if ((this.#status & STATUS.featuresOk) === 0) this.#features.take(value);
        break;
      case REGISTER.queueSel:
        this.#selection.select = value;
        break;
      case REGISTER.queueNum:
        this.#selection.setSize(value);
        break;
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
        this.#selection.setAddress(offset, value);
    }
  }

  /**
   * All inputs of an instant share one pass over the queues: the driver can't have offered anything in between, and a
   * guest does not choose how many inputs there are.
   */
  deliver(bytes: Uint8Array): void {
    const tick = this.#context.clock.now();
    if (tick !== this.#inputTick) this.#beginPass();
    this.#inputTick = tick;
    this.#guard(() => this.#handler.deliver(bytes));
  }

  save(writer: StateWriter): void {
    writer.section(SECTION, 3);
    this.#features.save(writer);
    this.#selection.save(writer);
    writer.u32(this.#interruptStatus);
    writer.u32(this.#status);
    writer.number(this.#inputTick);
    this.#handler.save(writer);
  }

  restore(reader: StateReader): void {
    reader.section(SECTION, 3);
    this.#features.restore(reader);
    this.#selection.restore(reader);
    this.#interruptStatus = reader.u32();
    this.#status = reader.u32();
    this.#inputTick = reader.number();
    this.#handler.restore(reader);
    this.#updateInterrupt();
  }

  #readConfig(offset: number, size: 1 | 2 | 4): number {
    const config = this.#handler.config?.bytes ?? this.#identity.config;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) {
      value = value * 256 + (config[offset + i] ?? 0);
    }
    return value;
  }

  #setQueueReady(isReady: boolean): void {
    const queue = this.#selection.selected;
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
    if (next & STATUS.featuresOk && !this.#features.isAcceptable) next &= ~STATUS.featuresOk;
    const isDriverNewlyOk = (next & ~this.#status & STATUS.driverOk) !== 0;
    this.#status = next;
    if (isDriverNewlyOk) {
      for (const number of this.#selection.queues.keys()) this.#notify(number);
    }
  }

  #notify(number: number): void {
    const queue = this.#selection.queues[number];
    if (queue === undefined || !this.#isDriverReady()) return;
    this.#beginPass();
    this.#guard(() => this.#handler.process(number));
  }

  #isDriverReady(): boolean {
    return (this.#status & (STATUS.driverOk | STATUS.needsReset)) === STATUS.driverOk;
  }

  #beginPass(): void {
    for (const queue of this.#selection.queues) queue.beginPass();
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
    for (const queue of this.#selection.queues) {
      if (queue.takeSignal()) this.#interruptStatus |= INTERRUPT.usedBuffer;
    }
    const isConfigNews = this.#handler.config?.takeChange() === true;
    if (isConfigNews && this.#isDriverReady()) this.#interruptStatus |= INTERRUPT.configChange;
    this.#updateInterrupt();
  }

  #reset(): void {
    this.#features.reset();
    this.#selection.reset();
    this.#interruptStatus = 0;
    this.#status = 0;
    this.#handler.reset();
    this.#updateInterrupt();
  }

  #updateInterrupt(): void {
    this.#context.interrupt.set(this.#interruptStatus !== 0);
  }
}

function existing(queues: readonly Virtqueue[], number: number): Virtqueue {
  const queue = queues[number];
  if (queue === undefined) throw new RangeError(`the device has ${queues.length} queues`);
  return queue;
}
