// The queues of a virtio-mmio device and the registers that set up the selected one. Source: VIRTIO 1.2, section 4.2.2.
import type { Saved, StateReader, StateWriter } from "../../../core/index.ts";
import { REGISTER } from "./mmio-registers.ts";
import type { QueueAddresses, Virtqueue } from "./virtqueue.ts";

const ADDRESS_REGISTERS: Readonly<Record<number, readonly [keyof QueueAddresses, "low" | "high"]>> =
  {
    [REGISTER.queueDescLow]: ["descriptors", "low"],
    [REGISTER.queueDescHigh]: ["descriptors", "high"],
    [REGISTER.queueDriverLow]: ["available", "low"],
    [REGISTER.queueDriverHigh]: ["available", "high"],
    [REGISTER.queueDeviceLow]: ["used", "low"],
    [REGISTER.queueDeviceHigh]: ["used", "high"],
  };

export class QueueSelection implements Saved {
  readonly queues: readonly Virtqueue[];
  /** Number of the selected queue, as the driver wrote it. */
  select = 0;

  constructor(queues: readonly Virtqueue[]) {
    this.queues = queues;
  }

  /** Undefined when the driver selected a queue that does not exist. */
  get selected(): Virtqueue | undefined {
    return this.queues[this.select];
  }

  /** A queue that is ready keeps its size. */
  setSize(size: number): void {
    const queue = this.selected;
    if (queue !== undefined && !queue.isReady) queue.size = size;
  }

  /** Writes half an address if `offset` is one of the six registers for that. A queue that is ready keeps them. */
  setAddress(offset: number, value: number): void {
    const register = ADDRESS_REGISTERS[offset];
    const queue = this.selected;
    if (register === undefined || queue === undefined || queue.isReady) return;
    const [part, half] = register;
    const low = queue.addresses[part] % 2 ** 32;
    const high = queue.addresses[part] - low;
    queue.addresses[part] = half === "low" ? high + value : value * 2 ** 32 + low;
  }

  reset(): void {
    this.select = 0;
    for (const queue of this.queues) queue.reset();
  }

  save(writer: StateWriter): void {
    writer.u32(this.select);
    for (const queue of this.queues) queue.save(writer);
  }

  restore(reader: StateReader): void {
    this.select = reader.u32();
    for (const queue of this.queues) queue.restore(reader);
  }
}
