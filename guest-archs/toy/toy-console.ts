// Console and power switch of the toy platform.
//
//   offset  read                                 write
//        0  next received byte, or 0xffffffff    send the low byte
//        4  -                                    power off with this exit code
import type { DeviceModel } from "../../core/index.ts";

export const toyConsole: DeviceModel = {
  kind: "device",
  name: "toy-console",
  summary: "Console and power switch of the toy platform",
  schema: { type: "object", additionalProperties: false, properties: {} },
  slot: "console",
  backend: "console",
  create(_options, context) {
    let received: number[] = [];
    const updateLine = (): void => context.interrupt.set(received.length > 0);
    return {
      read(offset) {
        if (offset !== 0) return 0;
        const byte = received.shift();
        updateLine();
        return byte ?? 0xffff_ffff;
      },
      write(offset, _size, value) {
        if (offset === 0) context.emit(Uint8Array.of(value & 0xff));
        else if (value === 0) context.stop("power-off", 0);
        else context.stop("guest-failure", value);
      },
      deliver(bytes) {
        received.push(...bytes);
        updateLine();
      },
      save(writer) {
        writer.section("toy-console", 1);
        writer.bytes(Uint8Array.from(received));
      },
      restore(reader) {
        reader.section("toy-console", 1);
        received = [...reader.bytes()];
      },
    };
  },
};
