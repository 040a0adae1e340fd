// A device for tests that uses everything a device model may use.
//
//   offset  read                     write
//        0  last byte delivered      emits the byte
//        4  bytes delivered so far   copies 4 bytes of memory from offset `value` to offset 16, and raises the line
//        8  -                        an alarm after so many ticks; it emits "!" and lowers the line
//       12  -                        stops the machine with this exit code
import type {
  Alarm,
  Device,
  DeviceContext,
  DeviceModel,
  StateReader,
  StateWriter,
} from "../../../core/index.ts";

export class TestDevice implements Device {
  readonly console = {
    write: (byte: number): void => this.#context.emit(Uint8Array.of(byte)),
    read: (): number => this.received.shift() ?? -1,
  };
  received: number[] = [];
  count = 0;
  readonly #context: DeviceContext;
  readonly #alarm: Alarm;
  #isHigh = false;
  #tick = Infinity;

  constructor(context: DeviceContext) {
    this.#context = context;
    this.#alarm = context.clock.createAlarm(() => {
      this.#tick = Infinity;
      context.emit(Buffer.from(`! at ${context.clock.now()}`));
      this.#set(false);
    });
  }

  read(offset: number): number {
    return offset === 0 ? (this.received.at(-1) ?? 0) : this.count;
  }

  write(offset: number, _size: number, value: number): void {
    const { emit, memory, clock, stop } = this.#context;
    if (offset === 0) emit(Uint8Array.of(value));
    else if (offset === 4) {
      this.count += 100;
      memory.writeU32(16, memory.readU32(value));
      this.#set(true);
    } else if (offset === 8) {
      this.#tick = clock.now() + value;
      this.#alarm.set(this.#tick);
    } else stop("guest-failure", value);
  }

  deliver(bytes: Uint8Array): void {
    this.received.push(...bytes);
    this.count += bytes.length;
    this.#context.memory.write(32, bytes);
  }

  save(writer: StateWriter): void {
    writer.bytes(Uint8Array.from(this.received));
    writer.u32(this.count);
    writer.boolean(this.#isHigh);
    writer.number(this.#tick);
  }

  restore(reader: StateReader): void {
    this.received = [...reader.bytes()];
    this.count = reader.u32();
    this.#set(reader.boolean());
    this.#tick = reader.number();
    this.#alarm.set(this.#tick);
  }

  #set(isHigh: boolean): void {
    this.#isHigh = isHigh;
    this.#context.interrupt.set(isHigh);
  }
}

export const testModel: DeviceModel = {
  kind: "device",
  name: "test-device",
  summary: "For tests",
  schema: { type: "object", additionalProperties: false, properties: {} },
  slot: "console",
  backend: "console",
  create: (_options, context) => new TestDevice(context),
};
