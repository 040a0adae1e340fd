// A device on a workbench: memory, clock, interrupt line and outputs that a test can see, without a machine.
import {
  type Device,
  type DeviceContext,
  type DeviceModel,
  type GuestMemory,
  PAGE_BYTES,
  type PageMap,
} from "../../../core/index.ts";
import { MachineClock } from "../../../core/machine/machine-clock.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";

export const RAM_BASE = 0x8000_0000;
const RAM_BYTES = 64 * PAGE_BYTES;
const START_NANOSECONDS = 1_700_000_000_000_000_000n;

export interface Bench {
  readonly device: Device;
  readonly memory: FlatMemory;
  readonly clock: MachineClock;
  readonly outputs: Uint8Array[];
  readonly stops: [string, number][];
  /** Work beside outputs since the last call. */
  takeSpent(): number;
  isInterruptHigh(): boolean;
  /** Lets that many ticks of virtual time pass. */
  wait(ticks: number): void;
}

export function benchFor(
  model: DeviceModel,
  facts: Readonly<Record<string, unknown>> = {},
  memory: FlatMemory = new FlatMemory(),
): Bench {
  const outputs: Uint8Array[] = [];
  const stops: [string, number][] = [];
  const clock = new MachineClock(1, START_NANOSECONDS, () => {});
  let isHigh = false;
  let spent = 0;
  const takeSpent = (): number => {
    const taken = spent;
    spent = 0;
    return taken;
  };
  const context: DeviceContext = {
    id: "device0",
    place: { base: 0x1000_0000, bytes: 0x1000, interrupt: 1 },
    memory,
    ramBase: RAM_BASE,
    clock,
    interrupt: {
      set: (level) => {
        isHigh = level;
      },
    },
    facts,
    emit: (bytes) => outputs.push(bytes.slice()),
    spend: (bytes) => {
      spent += bytes;
    },
    stop: (reason, exitCode) => stops.push([reason, exitCode]),
  };
  const device = model.create({}, context);
  const wait = (ticks: number): void => {
    clock.report(clock.steps + ticks);
    clock.fireDueAlarms();
  };
  return {
    device,
    memory,
    clock,
    outputs,
    stops,
    takeSpent,
    isInterruptHigh: () => isHigh,
    wait,
  };
}

/** A fresh bench of the same model in the state of `bench`, with a copy of its memory. */
export function restoredCopy(
  model: DeviceModel,
  facts: Readonly<Record<string, unknown>>,
  bench: Bench,
): Bench {
  const copy = benchFor(model, facts, bench.memory.copy());
  const reader = new BinaryStateReader(savedState(bench));
  copy.clock.restore(reader);
  copy.device.restore(reader);
  reader.end();
  return copy;
}

/** Clock and device as bytes. */
export function savedState(bench: Bench): Uint8Array {
  const writer = new BinaryStateWriter();
  bench.clock.save(writer);
  bench.device.save(writer);
  return writer.finish();
}

/** RAM as one array: what devices need of GuestMemory. */
export class FlatMemory implements GuestMemory {
  readonly bytes: number = RAM_BYTES;
  readonly pages: number = RAM_BYTES / PAGE_BYTES;
  readonly contents: Uint8Array<ArrayBuffer> = new Uint8Array(RAM_BYTES);
  readonly #view: DataView = new DataView(this.contents.buffer);

  copy(): FlatMemory {
    const copy = new FlatMemory();
    copy.contents.set(this.contents);
    return copy;
  }

  get shared(): WebAssembly.Memory {
    throw new Error("devices do not use frames");
  }
  get pageMap(): PageMap {
    throw new Error("devices do not use frames");
  }
  frameForRead(): number {
    throw new Error("devices do not use frames");
  }
  frameForWrite(): number {
    throw new Error("devices do not use frames");
  }
  isWritable(): boolean {
    return true;
  }
  observe(): void {}
  contains(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.bytes;
  }
  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    return this.contents.slice(address, address + length);
  }
  write(address: number, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    this.contents.set(bytes, address);
  }
  readU8(address: number): number {
    return this.#view.getUint8(address);
  }
  readU16(address: number): number {
    return this.#view.getUint16(address, true);
  }
  readU32(address: number): number {
    return this.#view.getUint32(address, true);
  }
  readU64(address: number): bigint {
    return this.#view.getBigUint64(address, true);
  }
  writeU8(address: number, value: number): void {
    this.#view.setUint8(address, value);
  }
  writeU16(address: number, value: number): void {
    this.#view.setUint16(address, value, true);
  }
  writeU32(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }
  writeU64(address: number, value: bigint): void {
    this.#view.setBigUint64(address, value, true);
  }
  #check(address: number, length: number): void {
    if (!this.contains(address, length)) throw new RangeError(`outside RAM: ${address}+${length}`);
  }
}
