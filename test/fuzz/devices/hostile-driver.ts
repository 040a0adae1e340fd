// A driver that means harm: virtqueues set up almost rightly, then rings, descriptors and moments that no driver should
// choose. It works in RAM directly, as a guest does, and through the registers of virtio-mmio (VIRTIO 1.2, 2.7 and 4.2).
import { encodeBlockAnswer } from "../../../plugins/devices/virtio/block/wire-format.ts";
import { REGISTER, STATUS } from "../../../plugins/devices/virtio/mmio-registers.ts";
import type { Random } from "../../differential/random.ts";
import { RAM_BASE } from "../../plugins/devices/device-bench.ts";
import type { DeviceAction } from "./device-action.ts";

const [NEXT, WRITE, INDIRECT] = [1, 2, 4];
const DESCRIPTOR_BYTES = 16;
/** Where queue n has its parts, as offsets into RAM; data, headers and indirect tables come behind. */
const QUEUE_BYTES = 0x4000;
const AVAILABLE = 0x2000;
const USED = 0x3000;
const HEADERS = 0x1_0000;
const TABLES = 0x1_4000;
const DATA = 0x2_0000;
const RAM_BYTES = 0x4_0000;
const QUEUES = 2;
const QUEUE_SIZES = [1, 2, 8, 16, 64, 256];
const ALL_WELL = STATUS.acknowledge | STATUS.driver | STATUS.featuresOk;
const WORKING = ALL_WELL | STATUS.driverOk;

const write = (register: number, value: number): DeviceAction => ({
  kind: "write",
  offset: register,
  size: 4,
  value,
});
const poke = (offset: number, bytes: Uint8Array): DeviceAction => ({ kind: "poke", offset, bytes });

function u16(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8);
}

interface Descriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

export class HostileDriver {
  readonly #random: Random;
  readonly #features: number;
  /** Of the chain being made: how often a field of it is wrong. */
  #wrong = 0;
  #queueSize = 8;
  readonly #index: number[] = Array.from({ length: QUEUES }, () => 0);
  /** Tags seen in requests, for answers that fit or come twice. */
  readonly #tags: number[] = [];

  /** @param features of the first 32 that the device offers */
  constructor(random: Random, features: number) {
    this.#random = random;
    this.#features = features;
  }

  /** What the device sent: the next answers may be for it. */
  observe(outputs: readonly Uint8Array[]): void {
    for (const bytes of outputs) {
      if (bytes.length < 8) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.#tags.push(view.getUint32(this.#random.pick([0, 4]), true));
      if (this.#tags.length > 64) this.#tags.shift();
    }
  }

  /** @param status what the device's status register reads: one that stands still is mostly started anew */
  next(status: number): readonly DeviceAction[] {
    const random = this.#random;
    if (status !== WORKING && random.chance(0.6)) return this.#start();
    const kind = random.below(100);
    if (kind < 1) return this.#start();
    if (kind < 50) return this.#offer();
    if (kind < 56) return [write(REGISTER.queueNotify, random.pick([0, 1, 2, 0xffff_ffff]))];
    if (kind < 78) return [{ kind: "deliver", bytes: this.#answer() }];
    if (kind < 80) return this.#jumpAhead();
    if (kind < 81) return [write(REGISTER.status, random.pick([0, 0, 4, 15, 64, 128, 255]))];
    if (kind < 90) return [write(REGISTER.interruptAck, random.below(4))];
    if (kind < 92) return this.#scribble();
    if (kind < 94) return this.#restartQueue();
    return [write(random.pick(Object.values(REGISTER)), this.#value())];
  }

  /** The whole initialisation, mostly as it should be. */
  #start(): DeviceAction[] {
    const random = this.#random;
    const features = random.chance(0.9)
      ? [random.pick([0x1000_0000, this.#features]), 1]
      : [random.next(), random.next()];
    const actions = [
      write(REGISTER.status, 0),
      write(REGISTER.status, STATUS.acknowledge | STATUS.driver),
    ];
    for (const half of [0, 1]) {
      actions.push(write(REGISTER.driverFeaturesSel, half));
      actions.push(write(REGISTER.driverFeatures, features[half] ?? 0));
    }
    if (random.chance(0.95)) actions.push(write(REGISTER.status, ALL_WELL));
    this.#queueSize = random.pick(QUEUE_SIZES);
    for (let queue = 0; queue < QUEUES; queue += 1) actions.push(...this.#setUp(queue));
    actions.push(write(REGISTER.status, WORKING));
    return actions;
  }

  #setUp(queue: number): DeviceAction[] {
    const random = this.#random;
    const isRight = random.chance(0.93);
    const base = RAM_BASE + queue * QUEUE_BYTES;
    const place = (right: number): number => (isRight ? right : this.#address());
    this.#index[queue] = 0;
    return [
      poke(queue * QUEUE_BYTES + AVAILABLE, new Uint8Array(4)),
      write(REGISTER.queueSel, queue),
      write(REGISTER.queueNum, isRight ? this.#queueSize : this.#value()),
      write(REGISTER.queueDescLow, place(base)),
      write(REGISTER.queueDescHigh, isRight ? 0 : random.below(2)),
      write(REGISTER.queueDriverLow, place(base + AVAILABLE)),
      write(REGISTER.queueDriverHigh, 0),
      // Parts that lie over each other are the driver's own misfortune.
      write(REGISTER.queueDeviceLow, place(random.chance(0.9) ? base + USED : base)),
      write(REGISTER.queueDeviceHigh, 0),
      write(REGISTER.queueReady, 1),
    ];
  }

  #restartQueue(): DeviceAction[] {
    const queue = this.#random.below(QUEUES);
    const stop = [write(REGISTER.queueSel, queue), write(REGISTER.queueReady, 0)];
    return this.#random.chance(0.7) ? [...stop, ...this.#setUp(queue)] : stop;
  }

  /** Some chains, each almost a request that some device serves, and a notification, or none yet. */
  #offer(): DeviceAction[] {
    const random = this.#random;
    const queue = random.below(QUEUES);
    const actions: DeviceAction[] = [];
    for (let left = random.pick([1, 1, 1, 2, 4]); left > 0; left -= 1) {
      const head = random.chance(0.97) ? random.below(this.#queueSize) : random.below(0x1_0000);
      actions.push(...this.#chain(queue, head), this.#enqueue(queue, head));
    }
    actions.push(poke(queue * QUEUE_BYTES + AVAILABLE + 2, u16(this.#index[queue] ?? 0)));
    if (random.chance(0.9)) actions.push(write(REGISTER.queueNotify, queue));
    return actions;
  }

  #enqueue(queue: number, head: number): DeviceAction {
    const index = this.#index[queue] ?? 0;
    this.#index[queue] = (index + 1) & 0xffff;
    const entry = queue * QUEUE_BYTES + AVAILABLE + 4 + 2 * (index % this.#queueSize);
    return poke(entry, u16(head));
  }

  /** The index runs ahead: of buffers offered, of the ring's size. All slots lead to chains that were offered. */
  #jumpAhead(): DeviceAction[] {
    const random = this.#random;
    const queue = random.below(QUEUES);
    const index = this.#index[queue] ?? 0;
    const size = this.#queueSize;
    const next =
      (index +
        random.pick([size, size, size, size >> 1, size + 1, 0x8000, random.below(0x1_0000)])) &
      0xffff;
    this.#index[queue] = next;
    return [
      ...this.#chain(queue, 0, random.chance(0.3)),
      poke(queue * QUEUE_BYTES + AVAILABLE + 4, new Uint8Array(2 * size)),
      poke(queue * QUEUE_BYTES + AVAILABLE + 2, u16(next)),
      write(REGISTER.queueNotify, queue),
    ];
  }

  #chain(queue: number, head: number, isLarge = false): DeviceAction[] {
    const random = this.#random;
    const header = HEADERS + random.below(16) * 64;
    const table = queue * QUEUE_BYTES;
    const isWritten = random.chance(0.5);
    this.#wrong = random.chance(isLarge ? 0.1 : 0.4) ? 0.05 : 0;
    const actions = [poke(header, this.#requestHeader(isWritten))];
    const parts = this.#parts(header, isWritten, isLarge);
    if (isLarge || random.chance(0.4)) {
      const at = TABLES + random.below(4) * 16;
      const entries = this.#linked(parts, 0);
      actions.push(poke(at, encodeAll(entries)));
      const length = !random.chance(this.#wrong)
        ? entries.length * DESCRIPTOR_BYTES
        : this.#length();
      const flags = !random.chance(this.#wrong) ? INDIRECT : random.below(8);
      const only = { address: RAM_BASE + at, length, flags, next: random.below(16) };
      return [...actions, poke(table + head * DESCRIPTOR_BYTES, encode(only))];
    }
    const entries = this.#linked(parts.slice(0, 32), head);
    for (const [index, entry] of entries.entries()) {
      const slot = (head + index) % this.#queueSize;
      actions.push(poke(table + slot * DESCRIPTOR_BYTES, encode(entry)));
    }
    return actions;
  }

  #linked(parts: readonly Omit<Descriptor, "next">[], first: number): Descriptor[] {
    const random = this.#random;
    return parts.map((part, index) => {
      const isLast = index === parts.length - 1;
      const flags = !random.chance(this.#wrong) ? (isLast ? 0 : NEXT) : random.below(8);
      const next = !random.chance(this.#wrong)
        ? first === 0
          ? index + 1
          : (first + index + 1) % this.#queueSize
        : random.pick([first, random.below(1100), 0xffff]);
      return { ...part, flags: part.flags | flags, next };
    });
  }

  /** Header, data and status as of a block request; data many times over the same place makes a lot out of little. */
  #parts(header: number, isWritten: boolean, isLarge: boolean): Omit<Descriptor, "next">[] {
    const random = this.#random;
    const isMany = isLarge || random.chance(0.01);
    const many = isMany ? random.pick([126, 254, 254, 300, 1022]) : random.below(4);
    const data = Array.from({ length: many }, () => ({
      address: !random.chance(this.#wrong)
        ? RAM_BASE + DATA + random.below(16) * 0x200
        : this.#address(),
      length: isLarge
        ? 0x1_0000
        : !random.chance(this.#wrong)
          ? 512 * random.between(1, 3)
          : this.#length(),
      flags: isWritten ? WRITE : 0,
    }));
    return [
      {
        address: RAM_BASE + header,
        length: !random.chance(this.#wrong) ? 16 : this.#length(),
        flags: 0,
      },
      ...data,
      { address: RAM_BASE + DATA + 0x1_0000, length: random.pick([1, 1, 1, 20, 21]), flags: WRITE },
    ];
  }

  #requestHeader(isWritten: boolean): Uint8Array {
    const random = this.#random;
    const fitting = isWritten ? 0 : 1;
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setUint32(
      0,
      random.pick([fitting, fitting, fitting, fitting, 0, 1, 4, 8, 11, random.next()]),
      true,
    );
    view.setBigUint64(8, random.chance(0.9) ? BigInt(random.below(80)) : random.next64(), true);
    return bytes;
  }

  /** An answer that fits, comes twice, is too short, too long, or none at all. */
  #answer(): Uint8Array {
    const random = this.#random;
    const tag =
      this.#tags.length > 0 && random.chance(0.9) ? random.pick(this.#tags) : random.below(9);
    const length = random.pick([0, 1, 512, 1024, 1536, 64, random.below(5000)]);
    const data = new Uint8Array(length).fill(random.below(256));
    if (random.chance(0.1)) return data;
    return encodeBlockAnswer({ tag, isDone: random.chance(0.8), data });
  }

  /** Anything over queues, tables and headers. */
  #scribble(): DeviceAction[] {
    const random = this.#random;
    const at = random.pick([0, AVAILABLE, USED, QUEUE_BYTES, HEADERS, TABLES]) + random.below(256);
    return [
      poke(
        at,
        Uint8Array.from({ length: random.between(1, 16) }, () => random.below(256)),
      ),
    ];
  }

  #address(): number {
    const random = this.#random;
    return random.pick([
      0,
      0x1000_0000,
      RAM_BASE - 1,
      RAM_BASE + RAM_BYTES - random.below(600),
      RAM_BASE + RAM_BYTES,
      RAM_BASE + random.below(RAM_BYTES),
      0xffff_ffff,
      2 ** 32 + random.next(),
      2 ** 53 + 2,
      2 ** 64 - 2 ** 11,
    ]);
  }

  #length(): number {
    const random = this.#random;
    return random.pick([
      0,
      1,
      15,
      17,
      513,
      RAM_BYTES,
      RAM_BYTES + 1,
      0x7fff_ffff,
      0xffff_ffff,
      random.next(),
    ]);
  }

  #value(): number {
    const random = this.#random;
    return random.pick([0, 1, 2, 3, 7, 257, 0x8000, 0x8000_0000, 0xffff_ffff, random.next()]);
  }
}

function encodeAll(entries: readonly Descriptor[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * DESCRIPTOR_BYTES);
  for (const [index, entry] of entries.entries())
    bytes.set(encode(entry), index * DESCRIPTOR_BYTES);
  return bytes;
}

function encode({ address, length, flags, next }: Descriptor): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(address)), true);
  view.setUint32(8, length >>> 0, true);
  view.setUint16(12, flags, true);
  view.setUint16(14, next, true);
  return bytes;
}
