// A small virtio-mmio driver over a device bench: sets queues up and offers buffers, well-formed or not.
import { REGISTER, STATUS } from "../../../../plugins/devices/virtio/mmio-registers.ts";
import { type Bench, RAM_BASE } from "../device-bench.ts";

export interface Descriptor {
  /** Guest-physical. */
  readonly address: number;
  readonly length: number;
  readonly flags?: number;
  readonly next?: number;
}

export const NEXT = 1;
export const WRITE = 2;
export const INDIRECT = 4;

const QUEUE_STRIDE = 0x4000;
const AVAILABLE = 0x2000;
const USED = 0x3000;

export class TestDriver {
  readonly bench: Bench;
  readonly queueSize: number;
  readonly #availableIndex: number[] = [];
  readonly #usedIndex: number[] = [];

  constructor(bench: Bench, queueSize = 8) {
    this.bench = bench;
    this.queueSize = queueSize;
  }

  /** The same driver in the same state over another bench. */
  over(bench: Bench): TestDriver {
    const driver = new TestDriver(bench, this.queueSize);
    driver.#availableIndex.push(...this.#availableIndex);
    driver.#usedIndex.push(...this.#usedIndex);
    return driver;
  }

  get(register: number): number {
    return this.bench.device.read(register, 4);
  }

  set(register: number, value: number): void {
    this.bench.device.write(register, 4, value);
  }

  /** Feature negotiation as far as FEATURES_OK. @returns the status read back. */
  negotiate(accept: (offered: bigint) => bigint = (offered) => offered): number {
    this.set(REGISTER.status, 0);
    this.set(REGISTER.status, STATUS.acknowledge | STATUS.driver);
    this.set(REGISTER.deviceFeaturesSel, 0);
    const low = BigInt(this.get(REGISTER.deviceFeatures));
    this.set(REGISTER.deviceFeaturesSel, 1);
    const accepted = accept((BigInt(this.get(REGISTER.deviceFeatures)) << 32n) | low);
    for (const half of [0, 1]) {
      this.set(REGISTER.driverFeaturesSel, half);
      this.set(REGISTER.driverFeatures, Number((accepted >> BigInt(32 * half)) & 0xffff_ffffn));
    }
    this.set(REGISTER.status, STATUS.acknowledge | STATUS.driver | STATUS.featuresOk);
    return this.get(REGISTER.status);
  }

  /** The whole initialisation of section 3.1, with queues 0 to `queues - 1`. */
  start(queues = 1, accept?: (offered: bigint) => bigint): void {
    this.negotiate(accept);
    for (let queue = 0; queue < queues; queue++) this.setUpQueue(queue);
    this.set(REGISTER.status, this.get(REGISTER.status) | STATUS.driverOk);
  }

  setUpQueue(queue: number, base: number = RAM_BASE + queue * QUEUE_STRIDE): void {
    this.set(REGISTER.queueSel, queue);
    this.set(REGISTER.queueNum, this.queueSize);
    this.set(REGISTER.queueDescLow, base);
    this.set(REGISTER.queueDriverLow, base + AVAILABLE);
    this.set(REGISTER.queueDeviceLow, base + USED);
    this.set(REGISTER.queueReady, 1);
    this.#availableIndex[queue] = 0;
    this.#usedIndex[queue] = 0;
  }

  describe(queue: number, index: number, descriptor: Descriptor): void {
    this.writeDescriptor(queue * QUEUE_STRIDE + index * 16, descriptor);
  }

  /** @param at offset into RAM, for indirect tables. */
  writeDescriptor(at: number, { address, length, flags = 0, next = 0 }: Descriptor): void {
    const { memory } = this.bench;
    memory.writeU64(at, BigInt(address));
    memory.writeU32(at + 8, length);
    memory.writeU16(at + 12, flags);
    memory.writeU16(at + 14, next);
  }

  /** Writes a chain into descriptors from `first` on and offers it. */
  offerChain(queue: number, first: number, parts: readonly Descriptor[]): void {
    parts.forEach((part, i) => {
      const isLast = i === parts.length - 1;
      const flags = (part.flags ?? 0) | (isLast ? 0 : NEXT);
      this.describe(queue, first + i, { ...part, flags, next: first + i + 1 });
    });
    this.offer(queue, first);
  }

  offer(queue: number, head: number): void {
    const { memory } = this.bench;
    const index = this.#availableIndex[queue] ?? 0;
    const ring = queue * QUEUE_STRIDE + AVAILABLE;
    memory.writeU16(ring + 4 + 2 * (index % this.queueSize), head);
    this.#availableIndex[queue] = (index + 1) & 0xffff;
    memory.writeU16(ring + 2, (index + 1) & 0xffff);
  }

  suppressInterrupts(queue: number): void {
    this.bench.memory.writeU16(queue * QUEUE_STRIDE + AVAILABLE, 1);
  }

  notify(queue: number): void {
    this.set(REGISTER.queueNotify, queue);
  }

  /** Buffers used since the last call: [head, bytes written]. */
  takeUsed(queue: number): [number, number][] {
    const { memory } = this.bench;
    const ring = queue * QUEUE_STRIDE + USED;
    const taken: [number, number][] = [];
    let index = this.#usedIndex[queue] ?? 0;
    for (; index !== memory.readU16(ring + 2); index = (index + 1) & 0xffff) {
      const entry = ring + 4 + 8 * (index % this.queueSize);
      taken.push([memory.readU32(entry), memory.readU32(entry + 4)]);
    }
    this.#usedIndex[queue] = index;
    return taken;
  }

  get needsReset(): boolean {
    return (this.get(REGISTER.status) & STATUS.needsReset) !== 0;
  }
}
